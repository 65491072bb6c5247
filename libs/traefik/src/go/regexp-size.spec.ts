import { expect, test } from '@jest/globals'
import { regexpSize, repeatTooMuch } from './regexp-size.ts'

test.each([
  ['', 0],
  ['^abc$', 5],
  ['a{3}', 3],
  ['ba{2,5}', 6],
  ['a{2,}', 2],
  ['a{0}', 1],
  ['(ab){10}', 40],
  ['((a{10}){10}){10}', 1220],
  ['[a-z{9}]{10}', 10],
  ['[]{9}]{10}', 10],
  ['[[:alpha:]]{10}', 10],
  ['\\{9}', 3],
  ['\\pL\\p{Greek}', 102],
  ['[\\pL\\PN]{2}', 102],
  ['\\x{41}{10}', 10],
  ['a{,5}', 5],
])('%s has a size of %i', (pattern, size) => {
  expect(regexpSize(pattern)).toBe(size)
})

test('a pattern of any length is measured at once', () => {
  for (const part of ['[', '(', '\\Q', '\\p{', '{1', '[[:', '[\\', '(a{1000}'])
    expect(regexpSize(part.repeat(30_000))).toBeGreaterThanOrEqual(0)
})

test('what counts repeat is limited, of all patterns together, and what is written out is not', () => {
  expect(repeatTooMuch(['a{1000}', 'b{1000}'])).toBe(false)
  expect(repeatTooMuch(['a{1000}', 'b{1000}', 'c{1000}'])).toBe(true)
  expect(repeatTooMuch(['.{1000}'.repeat(3)])).toBe(true)
  expect(repeatTooMuch(['\\pL'.repeat(100)])).toBe(true)
  expect(repeatTooMuch(['a'.repeat(50_000)])).toBe(false)
  expect(repeatTooMuch(['^[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63}){0,3}\\.example\\.com$'])).toBe(false)
})
