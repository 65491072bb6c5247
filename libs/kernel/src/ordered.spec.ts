import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createOrdered } from './ordered.ts'

const byNumber = (a: number, b: number): number => a - b

test('after any history it holds what is in it, in order, and says what stands before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 3_000 }), (numbers) => {
      const ordered = createOrdered<number, number>(byNumber)
      const there = new Set<number>()
      for (const number of numbers) {
        if (there.delete(number)) ordered.delete(number)
        else {
          there.add(number)
          ordered.add(number)
        }
      }
      const sorted = [...there].sort(byNumber)
      expect([...ordered.from()]).toEqual(sorted)
      expect([ordered.size, ordered.first()]).toEqual([sorted.length, sorted[0]])
      const middle = sorted[sorted.length >> 1] ?? 0
      const { chunks, items } = ordered.before(middle)
      expect([...chunks.flatMap((chunk) => chunk.items), ...items]).toEqual(sorted.filter((one) => one < middle))
      expect([...ordered.from(middle)]).toEqual(sorted.filter((one) => one > middle))
    }),
    { numRuns: 60 },
  )
})

test('a change leaves the chunks as they were for who keeps them, and makes new ones of those that it touches alone', () => {
  const ordered = createOrdered<number, string>(byNumber)
  for (let number = 0; number < 10_000; number += 1) ordered.add(number)
  const before = ordered.snapshot()
  const texts = before.map((chunk) => (chunk.summary ??= chunk.items.join()))
  ordered.delete(5_000)
  ordered.add(5_000.5)
  ordered.touch(7_000)
  const same = new Set(before)
  expect(ordered.chunks().filter((chunk) => !same.has(chunk)).length).toBeLessThanOrEqual(3)
  expect(before.map((chunk) => chunk.items.join())).toEqual(texts)
})

test.each([1, -1])('what comes in order, or the other way round (%i), is placed with two comparisons', (way) => {
  let comparisons = 0
  const ordered = createOrdered<number>((a, b) => {
    comparisons += 1
    return a - b
  })
  for (let n = 0; n < 10_000; n += 1) ordered.add(way * n)
  expect([...ordered.from()]).toHaveLength(10_000)
  expect(comparisons).toBeLessThanOrEqual(20_000)
})
