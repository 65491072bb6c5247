import { describe, expect, test } from '@jest/globals'
import { goStringLiteral, unescapeGoString } from './string-literal.ts'
import { parseSyntax } from './syntax.ts'

describe('a value as a string of the rule language', () => {
  test.each([
    ['example.com', '`example.com`'],
    ['a"\\b\n', '`a"\\b\n`'],
    ['a`"\\b', '"a`\\"\\\\b"'],
    ['\r', '"\\u000d"'],
    ['\0`é\ufeff', '"\\u0000`é\\ufeff"'],
    ['\ud800', '"\\ufffd"'],
    ['\udcff', '"\\xff"'],
  ])('%j', (value, quoted) => {
    expect(goStringLiteral(value)).toBe(quoted)
  })

  test.each(['', 'a', '`', '"', '\\', '\r\n\t\0', 'a`\u007f\u0085\u2028😀', '\udcff\udc80`'])(
    '%j is read back as it was',
    (value) => {
      expect(parseSyntax(`M(${goStringLiteral(value)})`)).toMatchObject({ values: [value] })
    },
  )
})

describe('escapes of a Go string', () => {
  test.each([
    ['\\a\\b\\f\\n\\r\\t\\v\\\\\\"', '\x07\b\f\n\r\t\v\\"'],
    ['\\101\\x41\\u0041\\U00000041', 'AAAA'],
    ['\\xc3\\xa9\\303\\251', 'éé'],
    ['a\\xffb', 'a\udcffb'],
    ['\\U0001F600', '😀'],
  ])('%s', (body, value) => {
    expect(unescapeGoString(body)).toBe(value)
  })

  test.each(["\\'", '\\q', '\\', '\\x4', '\\u004', '\\ud800', '\\U00110000', '\\400', '\\8', '\\01'])(
    '%s is none',
    (body) => {
      expect(unescapeGoString(body)).toBeUndefined()
    },
  )
})
