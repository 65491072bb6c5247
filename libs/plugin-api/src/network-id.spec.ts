import { expect, test } from '@jest/globals'
import { isNetworkId, parseNetworkId } from './network-id.ts'

test('a network ID is a multiple of 64 that fits 24 bits', () => {
  expect([64, 2816, 16777152].every(isNetworkId)).toBe(true)
  expect([0, -64, 1, 64.5, 16777216, NaN, Infinity].some(isNetworkId)).toBe(false)
  expect(parseNetworkId(' 64')).toBeUndefined()
})
