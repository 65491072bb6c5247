import { expect, test } from '@jest/globals'
import { negotiate } from './api-version.ts'

test.each([
  ['1.24', '1.24'],
  ['1.41', '1.41'],
  ['1.51', '1.51'],
  ['1.60', '1.51'],
  [undefined, '1.24'],
  ['rubbish/../', '1.24'],
])('a daemon that offers %s is spoken to in %s', (offered, spoken) => {
  expect(negotiate(offered)).toBe(spoken)
})

test('a daemon older than 1.24 is too old', () => {
  expect(negotiate('1.23')).toBeUndefined()
  expect(negotiate('1.9')).toBeUndefined()
})
