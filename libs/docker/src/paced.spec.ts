import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { paced } from './paced.ts'
import { REST } from './timing.ts'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

/** Work that takes so many milliseconds, and how often it was done. */
function working(ms: number) {
  const worked = { times: 0 }
  const work = paced(() => {
    worked.times += 1
    jest.advanceTimersByTime(ms)
  })
  return { work, worked }
}

test('work is done at once, and again after a rest, once for all who asked', () => {
  const { work, worked } = working(10)
  work.ask()
  expect(worked.times).toBe(1)
  for (let i = 0; i < 100; i++) work.ask()
  expect(worked.times).toBe(1)
  jest.advanceTimersByTime(10 * REST - 1)
  expect(worked.times).toBe(1)
  jest.advanceTimersByTime(2)
  expect(worked.times).toBe(2)
  jest.advanceTimersByTime(10_000)
  expect(worked.times).toBe(2)
})

test('after a quiet while it does not wait', () => {
  const { work, worked } = working(10)
  work.ask()
  jest.advanceTimersByTime(10 * REST + 1)
  work.ask()
  expect(worked.times).toBe(2)
})

test('what takes no time is done each time', () => {
  const { work, worked } = working(0)
  for (let i = 0; i < 5; i++) work.ask()
  expect(worked.times).toBe(5)
})

test('closed, it does nothing more', () => {
  const { work, worked } = working(10)
  work.ask()
  work.ask()
  work.close()
  work.ask()
  jest.advanceTimersByTime(10_000)
  expect(worked.times).toBe(1)
})
