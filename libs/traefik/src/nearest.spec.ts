import { expect, test } from '@jest/globals'
import { nearest } from './nearest.ts'

const FIELDS = ['entryPoints', 'middlewares', 'service', 'rule', 'priority', 'tls']

test.each([
  ['entrypoint', 'entryPoints'],
  ['ENTRYPOINTS', 'entryPoints'],
  ['middelwares', 'middlewares'],
  ['services', 'service'],
  ['prioritty', 'priority'],
  ['tsl', 'tls'],
  ['rulse', 'rule'],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, FIELDS)).toBe(meant)
})

test.each(['', 'x', 'certresolver', 'constructor', 'p'.repeat(100_000)])('nothing is near "%.20s"', (word) => {
  expect(nearest(word, FIELDS)).toBeUndefined()
})

test('of two that are as near, the first is taken', () => {
  expect(nearest('tap', ['tcp', 'top'])).toBe('tcp')
})
