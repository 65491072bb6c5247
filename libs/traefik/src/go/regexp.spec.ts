import { describe, expect, test } from '@jest/globals'
import { goRegexpError } from './regexp.ts'

describe("Go's regular expressions", () => {
  test.each([
    '',
    'a',
    '^(www|app)\\.example\\.com$',
    '(?i)a',
    '(?P<n>a)(?P<n>b)',
    '(?<n>a)',
    'a{1000}',
    '{a}',
    '\\p{greek}',
    '\\p{ASCII}',
    '[\\p{Uppercase Letter}]',
    '\\PN',
    '\\Q\\p{Foo}\\E',
    '[[:word:]]',
    '\\z',
  ])('%s compiles', (pattern) => {
    expect(goRegexpError(pattern)).toBeUndefined()
  })

  test.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?<!a)',
    '(a)\\1',
    'a**',
    'a{1001}',
    '(a{1000}){2}',
    '[z-a]',
    '(',
    ')',
    '[',
    '*',
    '\\',
    '\\Z',
    '\\h',
    '(?>a)',
    '\\p{Foo}',
    '\\p{Emoji}',
    '\\p{Anatolian_Hieroglyphs}',
    '(?P<a b>x)',
    '\udcff',
  ])('%j does not', (pattern) => {
    expect(goRegexpError(pattern)).toBeDefined()
  })

  test('the reason is short', () => {
    expect(goRegexpError('(?!a)')).toBe('invalid or unsupported Perl syntax: `(?!`')
    expect(goRegexpError('a'.repeat(1_000_000))).toBe('it is longer than 100000 characters')
  })

  test('hostile nesting is an error, not a crash', () => {
    expect(goRegexpError('('.repeat(40_000) + ')'.repeat(40_000))).toBeDefined()
    expect(goRegexpError('\\'.repeat(99_999))).toBeDefined()
  })
})
