import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createLooks, type Looks } from './looks.ts'

let calls: { at: number; ids: string[]; all: boolean }[]
let looks: Looks
/** What a look takes, and how much of that it takes of the process; milliseconds. */
let duration: number
let spent: number
let error: unknown

beforeEach(() => {
  jest.useFakeTimers()
  calls = []
  duration = 0
  spent = 0
  error = undefined
  const began = performance.now()
  looks = createLooks({
    coalesce: 100,
    look: async (ids, all) => {
      calls.push({ at: Math.round(performance.now() - began), ids: [...ids], all })
      await new Promise((done) => setTimeout(done, duration))
      if (duration < 0) throw new Error('cut')
      return spent
    },
    failed: (reason) => (error = reason),
  })
})

afterEach(() => {
  looks.close()
  jest.useRealTimers()
})

test('one mark is one look, at once', async () => {
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(1000)
  expect(calls).toMatchObject([{ ids: ['a'], all: false }])
  expect(calls[0]?.at).toBeLessThan(5)
})

test('a look that comes next is told of at once, and is over when it is', async () => {
  const states: string[] = []
  const one = createLooks({
    coalesce: 100,
    look: () => Promise.resolve(states.push('looked')),
    failed: () => undefined,
    begun: (look) => {
      states.push('begun')
      void look.then(() => states.push('over'))
    },
  })
  one.mark('a')
  expect(states).toEqual(['begun'])
  await jest.advanceTimersByTimeAsync(1)
  expect(states).toEqual(['begun', 'looked', 'over'])
  one.close()
})

test('marks that come together are one look', async () => {
  for (const id of ['a', 'b', 'a']) looks.mark(id)
  await jest.advanceTimersByTimeAsync(1000)
  expect(calls).toMatchObject([{ ids: ['a', 'b'] }])
})

test('a burst of 100 within a second takes 11 looks', async () => {
  for (let n = 0; n < 100; n += 1) {
    looks.mark(String(n))
    await jest.advanceTimersByTimeAsync(10)
  }
  await jest.advanceTimersByTimeAsync(1000)
  expect(calls.length).toBeLessThanOrEqual(11)
  expect(calls.flatMap(({ ids }) => ids)).toHaveLength(100)
})

test('there is one look at a time, and what is marked meanwhile is looked at afterwards', async () => {
  duration = 500
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(50)
  looks.mark('b')
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(400)
  expect(calls).toHaveLength(1)
  await jest.advanceTimersByTimeAsync(600)
  expect(calls.map(({ ids }) => ids)).toEqual([['a'], ['b', 'a']])
})

test('a patient mark waits, and goes along with one that does not', async () => {
  looks.mark('patient', 1000)
  await jest.advanceTimersByTimeAsync(900)
  expect(calls).toEqual([])
  looks.mark('urgent')
  await jest.advanceTimersByTimeAsync(5000)
  expect(calls.map(({ ids }) => ids)).toEqual([['patient', 'urgent']])
  looks.mark('alone', 1000)
  await jest.advanceTimersByTimeAsync(1001)
  expect(calls).toHaveLength(2)
})

test('a look that takes long of the process is followed by a rest four times as long', async () => {
  duration = spent = 500
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(10)
  looks.mark('b')
  await jest.advanceTimersByTimeAsync(2_450)
  expect(calls).toHaveLength(1)
  await jest.advanceTimersByTimeAsync(100)
  expect(calls.map(({ ids }) => ids)).toEqual([['a'], ['b']])
})

test('a look that only waits for long is followed by the next at once', async () => {
  duration = 500
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(10)
  looks.mark('b')
  await jest.advanceTimersByTimeAsync(500)
  expect(calls).toHaveLength(2)
})

test('a flood of marks is a look at everything', async () => {
  duration = 500
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(10)
  for (let n = 0; n < 10_000; n += 1) looks.mark(String(n))
  await jest.advanceTimersByTimeAsync(1_000)
  expect(calls.slice(1).map(({ ids, all }) => [ids.length, all])).toEqual([[2_000, true]])
})

test('everything can be asked for', async () => {
  looks.markAll()
  await jest.advanceTimersByTimeAsync(10)
  expect(calls).toMatchObject([{ ids: [], all: true }])
})

test('none follows a look that failed, or the end', async () => {
  duration = -1
  looks.mark('a')
  await jest.advanceTimersByTimeAsync(10)
  expect(error).toBeInstanceOf(Error)
  looks.mark('b')
  await jest.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(1)
  looks.close()
  looks.mark('c')
  await jest.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(1)
})
