import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { createAfterwards, type Afterwards } from './afterwards.ts'

let told: string[]
let afterwards: Afterwards

beforeEach(() => {
  jest.useFakeTimers()
  told = []
  afterwards = createAfterwards((cause) => told.push(String(cause)))
})
afterEach(() => void jest.useRealTimers())

const say = (what: string) => (): void => void told.push(what)

test('it is told in order, a moment later, though one of it fails', () => {
  afterwards.add(say('a'))
  afterwards.add(() => {
    throw new Error('b')
  })
  afterwards.add(say('c'))
  expect(told).toEqual([])
  jest.runAllTimers()
  expect(told).toEqual(['a', 'Error: b', 'c'])
})

test('at a good end what is left is told at once, and once', () => {
  afterwards.add(say('a'))
  afterwards.flush()
  expect(told).toEqual(['a'])
  expect(jest.getTimerCount()).toBe(0)
})

test('nothing is told of what came to nothing', () => {
  afterwards.add(say('a'))
  afterwards.drop()
  expect(jest.getTimerCount()).toBe(0)
  afterwards.add(say('b'))
  jest.runAllTimers()
  expect(told).toEqual(['b'])
})
