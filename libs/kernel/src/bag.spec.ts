import { expect, test } from '@jest/globals'
import { createBag } from './bag.ts'

test('tells when a key comes and when it has gone, and forgets it then', () => {
  const bag = createBag()
  expect([bag.change('a', 1), bag.change('a', 1), bag.change('b', 1)]).toEqual([true, false, true])
  expect([bag.change('a', -1), bag.keys.has('a')]).toEqual([false, true])
  expect([bag.change('a', -1), bag.keys.has('a'), bag.keys.has('b')]).toEqual([true, false, true])
})
