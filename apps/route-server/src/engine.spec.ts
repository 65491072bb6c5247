import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { giveBackMemory } from './engine.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

const MIB = 2 ** 20
const heap = (): number => process.memoryUsage().heapUsed / MIB

test('what the start needed is given back a moment after it, once', () => {
  let needed = Array.from({ length: 400_000 }, (_, n) => ({ n, next: [n] }))
  let isStarted = false
  giveBackMemory(() => isStarted)
  const during = heap()
  jest.advanceTimersByTime(60_000)
  expect(needed.length).toBe(400_000)
  needed = []
  isStarted = true
  jest.advanceTimersByTime(2_000)
  expect(during - heap()).toBeGreaterThan(10)
  expect(jest.getTimerCount()).toBe(0)
})

test.each([0, 300])('nothing is collected once it was stopped, %i ms after the start', (ms) => {
  const stop = giveBackMemory(() => true)
  jest.advanceTimersByTime(ms)
  stop()
  expect(jest.getTimerCount()).toBe(0)
})
