import { describe, expect, test } from '@jest/globals'
import { readScalar, splitList } from './scalars.ts'

test('a text is taken as it is', () => {
  expect(readScalar('string', ' "a" $b\n')).toEqual({ value: ' "a" $b\n' })
})

test.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('%s is true', (text) => {
  expect(readScalar('boolean', text)).toEqual({ value: true })
})
test.each(['', ' true', 'yes', 'on', 'tRuE', 'no'])('"%s" is no boolean', (text) => {
  expect(readScalar('boolean', text)).toEqual({ expected: 'true or false' })
})

describe('whole numbers', () => {
  test.each([
    ['+7', 7],
    ['-7', -7],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -9223372036854775808n],
  ])('%s', (text, value) => {
    expect(readScalar('integer', text)).toEqual({ value })
  })
  test.each(['', 'high', ' 5', '0x10', '1_0', '1.0', '1e3', '9223372036854775808', `${'0'.repeat(300_000)}x`])(
    '"%.20s" is none',
    (text) => {
      expect(readScalar('integer', text)).toEqual({ expected: 'a whole number' })
    },
  )
})

describe('durations', () => {
  test.each([
    ['15', '15s'],
    ['0', '0s'],
    ['-1', '-1s'],
    ['90s', '1m30s'],
    ['1h2m3.5s', '1h2m3.5s'],
    ['1.5us', '1.5\u00b5s'],
  ])('%s is %s', (text, value) => {
    expect(readScalar('duration', text)).toEqual({ value })
  })
  test('seconds beyond 64 bits of nanoseconds wrap, as in Traefik', () => {
    expect(readScalar('duration', '18446744074')).toEqual({ value: '290.448384ms' })
  })
  test.each(['', '1.5', '10 s', '1d', 's'])('"%s" is none', (text) => {
    expect(readScalar('duration', text)).toHaveProperty('expected')
  })
})

describe('comma lists', () => {
  test.each([
    [' web , websecure,,', ['web', 'websecure', '', '']],
    ['a', ['a']],
    ['"a,b"', ['"a', 'b"']],
    ['\u0085a\u00a0,\u2028b\u3000', ['a', 'b']],
    ['\ufeffa', ['\ufeffa']],
    ['a b', ['a b']],
  ])('%j', (text, items) => {
    expect(splitList(text)).toEqual(items)
  })
  test('a label of a million blanks is no more work than another', () => {
    expect(splitList(`x${' '.repeat(1_000_000)}x`)[0]).toHaveLength(1_000_002)
  })
})
