import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAgenda } from './agenda.ts'

test('after any history the first of those that are there comes next, each once', () => {
  const step = fc.record({ item: fc.integer({ min: 0, max: 50 }), does: fc.constantFrom('add', 'delete', 'next') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const agenda = createAgenda<number>((a, b) => a - b)
      const there = new Set<number>()
      for (const { item, does } of steps) {
        if (does === 'add') {
          agenda.add(item)
          there.add(item)
        } else if (does === 'delete') {
          agenda.delete(item)
          there.delete(item)
        } else {
          const first = there.size === 0 ? undefined : Math.min(...there)
          expect(agenda.next()).toBe(first)
          if (first !== undefined) there.delete(first)
        }
        expect(agenda.size).toBe(there.size)
      }
    }),
  )
})

test('thousands that come at once are put in order with few comparisons', () => {
  let comparisons = 0
  const agenda = createAgenda<number>((a, b) => {
    comparisons += 1
    return a - b
  })
  for (let n = 0; n < 10_000; n += 1) agenda.add(n)
  for (let n = 0; n < 10_000; n += 1) expect(agenda.next()).toBe(n)
  expect(comparisons).toBeLessThan(20_000)
})
