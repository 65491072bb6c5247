import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createQuota } from './quota.ts'
import type { Ask } from './quota.ts'

interface Item {
  readonly age: number
}

const byAge = (a: Item, b: Item): number => a.age - b.age
const LIMITS = [5, 3]

const ASK: fc.Arbitrary<Ask> = fc
  .record({
    own: fc.nat(3),
    names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 }),
    least: fc.constantFrom(0, 0, 0, 3, 4),
  })
  .map(({ own, names, least }) => ({
    own: [own, 0],
    names: names.map((name) => [1, name] as const),
    least: [0, least],
  }))

/** What it should come to, by going through all of them. */
function granted(
  asks: ReadonlyMap<Item, Ask>,
): readonly (readonly [age: number, isGranted: boolean, excess: unknown])[] {
  let own = 0
  const names = new Set<string>()
  return [...asks]
    .sort(([a], [b]) => byAge(a, b))
    .map(([{ age }, ask]) => {
      const fresh = ask.names.filter(([, name]) => !names.has(name))
      const counts = [own + (ask.own[0] ?? 0), Math.max(names.size + fresh.length, ask.least[1] ?? 0)]
      const kind = counts.findIndex((count, index) => count > (LIMITS[index] ?? 0))
      if (kind >= 0) return [age, false, { kind, count: counts[kind] }]
      own += ask.own[0] ?? 0
      for (const [, name] of fresh) names.add(name)
      return [age, true, undefined]
    })
}

test('after any history each has what it would have had everybody asked in order', () => {
  const step = fc.record({ age: fc.nat(12), ask: fc.option(ASK, { nil: undefined }), isSettled: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const quota = createQuota<Item>(LIMITS, byAge)
      const items = Array.from({ length: 13 }, (_, age): Item => ({ age }))
      const asks = new Map<Item, Ask>()
      const told = new Map<Item, boolean>()
      for (const { age, ask, isSettled } of steps) {
        const item = items[age] as Item
        if (ask && !asks.has(item)) told.set(item, true)
        if (ask) asks.set(item, ask)
        else asks.delete(item)
        quota.ask(item, ask)
        if (!isSettled) continue
        for (const one of quota.settle()) told.set(one, quota.isGranted(one))
        const now = [...asks.keys()].sort(byAge).map((one) => [one.age, quota.isGranted(one), quota.excess(one)])
        expect(now).toEqual(granted(asks))
        // Who is new counts as granted until it is told otherwise.
        for (const one of asks.keys()) expect([one.age, told.get(one)]).toEqual([one.age, quota.isGranted(one)])
      }
    }),
    { numRuns: 1_000 },
  )
})
