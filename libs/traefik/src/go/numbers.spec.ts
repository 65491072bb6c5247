import { describe, expect, test } from '@jest/globals'
import { parseGoBool } from './bool.ts'
import { formatGoDuration, parseGoDuration } from './duration.ts'
import { parseGoInt } from './int.ts'

const MAX = 9223372036854775807n

describe('integers', () => {
  test.each([
    ['0', 0n],
    ['+7', 7n],
    ['-7', -7n],
    ['-0', 0n],
    ['007', 7n],
    ['9223372036854775807', MAX],
    ['-9223372036854775808', -MAX - 1n],
    [`${'0'.repeat(1_000_000)}1`, 1n],
  ])('%.40s', (text, value) => {
    expect(parseGoInt(text)).toBe(value)
  })

  test.each([
    '',
    '+',
    '-',
    '--1',
    ' 1',
    '1 ',
    '1\n',
    '1.0',
    '1e3',
    '0x10',
    '1_0',
    '١',
    '9223372036854775808',
    '-9223372036854775809',
    '9'.repeat(1_000_000),
  ])('%.40j is none', (text) => {
    expect(parseGoInt(text)).toBeUndefined()
  })
})

test('booleans have twelve spellings', () => {
  expect(['1', 't', 'T', 'TRUE', 'true', 'True'].map(parseGoBool)).toEqual(Array(6).fill(true))
  expect(['0', 'f', 'F', 'FALSE', 'false', 'False'].map(parseGoBool)).toEqual(Array(6).fill(false))
  expect(['', 'yes', 'on', 'tRUE', ' true', '10', 'constructor'].map(parseGoBool)).toEqual(Array(7).fill(undefined))
})

describe('durations', () => {
  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['10s', 10_000_000_000n],
    ['1h2m3.5s', 3_723_500_000_000n],
    ['-1.5h', -5_400_000_000_000n],
    ['+5s', 5_000_000_000n],
    ['.5s', 500_000_000n],
    ['5.s', 5_000_000_000n],
    ['1us', 1000n],
    ['1\u00b5s', 1000n],
    ['1\u03bcs', 1000n],
    ['1s1s', 2_000_000_000n],
    ['0.3333333333333333333h', 1_200_000_000_000n],
    ['0.9223372036854775808ns', 0n],
    ['9223372036854775807ns', MAX],
    ['-9223372036854775808ns', -MAX - 1n],
    // Go's sum of two maxima wraps round.
    ['9223372036854775808ns9223372036854775808ns', 0n],
  ])('%s', (text, nanoseconds) => {
    expect(parseGoDuration(text)).toBe(nanoseconds)
  })

  test.each([
    '',
    '+',
    '-',
    '1.5',
    '10',
    '10 s',
    ' 1s',
    '1s ',
    '1d',
    '1S',
    '.s',
    's',
    '--1s',
    '1s-1s',
    '1e3s',
    '9223372036854775808ns',
    '2562048h',
    '9'.repeat(1_000_000) + 's',
  ])('%.40j is none', (text) => {
    expect(parseGoDuration(text)).toBeUndefined()
  })

  test.each([
    [0n, '0s'],
    [1n, '1ns'],
    [1500n, '1.5\u00b5s'],
    [1_000_001n, '1.000001ms'],
    [10_000_000_000n, '10s'],
    [90_000_000_000n, '1m30s'],
    [3_600_000_000_000n, '1h0m0s'],
    [-3_723_500_000_000n, '-1h2m3.5s'],
    [MAX, '2562047h47m16.854775807s'],
    [-MAX - 1n, '-2562047h47m16.854775808s'],
  ])('%p is written as Go does', (nanoseconds, text) => {
    expect(formatGoDuration(nanoseconds)).toBe(text)
    expect(parseGoDuration(text)).toBe(nanoseconds)
  })
})
