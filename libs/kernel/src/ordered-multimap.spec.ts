import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createOrderedMultimap } from './ordered-multimap.ts'

test('after any history each key has what was added and not deleted since, in order', () => {
  const values = Array.from({ length: 30 }, (_, at) => ({ at }))
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 29 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const multimap = createOrderedMultimap<string, { readonly at: number }>((a, b) => a.at - b.at)
      const there = new Map(['a', 'b', 'c'].map((key) => [key, new Set<number>()]))
      for (const { key, at } of steps) {
        const value = values[at] ?? { at }
        const known = there.get(key)
        if (known?.delete(at)) multimap.delete(key, value)
        else {
          known?.add(at)
          multimap.add(key, value)
        }
        const sorted = [...(known ?? [])].sort((a, b) => a - b)
        expect([...multimap.from(key)].map((one) => one.at)).toEqual(sorted)
        expect([...multimap.from(key, value)].map((one) => one.at)).toEqual(sorted.filter((one) => one > at))
      }
    }),
  )
})
