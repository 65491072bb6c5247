import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { giveBackMemory } from './engine.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

const MIB = 2 ** 20
const heap = (): number => process.memoryUsage().heapUsed / MIB

/** Leaves so much behind, where only a collection of everything finds it; MiB. */
function waste(): number {
  const before = heap()
  const made = Array.from({ length: 400_000 }, (_, n) => ({ n, next: [n] }))
  return made.length > 0 ? heap() - before : 0
}

test('what the start needed is given back a moment later, and the process goes on as it was', () => {
  const stop = giveBackMemory()
  const wasted = waste()
  const before = heap()
  jest.advanceTimersByTime(1_000)
  expect(wasted).toBeGreaterThan(10)
  expect(before - heap()).toBeGreaterThan(wasted / 2)
  jest.advanceTimersByTime(60_000)
  expect('gc' in globalThis).toBe(false)
  expect(jest.getTimerCount()).toBe(0)
  stop()
})

test('nothing is collected once it was stopped', () => {
  giveBackMemory()()
  expect(jest.getTimerCount()).toBe(0)
})
