import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { yamlEntries, yamlKey } from './yaml.ts'
import type { Yaml } from './yaml.ts'

test('maps are sorted, indented by two, and what is undefined is left out', () => {
  const value = {
    b: { z: [], y: {}, x: { deep: true } },
    a: [{ url: 'http://127.0.11.2:80', weight: 3 }, 'text', [1, 2], {}, []],
    gone: undefined,
    n: -5n,
  }
  expect(yamlEntries(value, '  ')).toBe(`  a:
    - url: "http://127.0.11.2:80"
      weight: 3
    - "text"
    - - 1
      - 2
    - {}
    - []
  b:
    x:
      deep: true
    "y": {}
    z: []
  "n": -5
`)
})

describe('keys are plain only where nobody can take them for something else', () => {
  test.each([
    ['web-2816', 'web-2816'],
    ['X-Frame_Options', 'X-Frame_Options'],
    ['yes', '"yes"'],
    ['Null', '"Null"'],
    ['418', '"418"'],
    ['1e3', '"1e3"'],
    ['<<', '"<<"'],
    ['~', '"~"'],
    ['', '""'],
    ['a: b', '"a: b"'],
    ['-', '"-"'],
    ['__proto__', '"__proto__"'],
    ['a\nb', '"a\\u000ab"'],
    ['"\\', '"\\"\\\\"'],
  ])('%j is %s', (key, written) => {
    expect(yamlKey(key)).toBe(written)
  })
})

describe('strings are ASCII between double quotes', () => {
  test.each([
    ['yes', '"yes"'],
    ['0o17', '"0o17"'],
    ['- x', '"- x"'],
    ['a/b', '"a/b"'],
    ['{{ env "A" }}', '"\\u007b{ env \\"A\\" }}"'],
    ['{{{x{y', '"\\u007b\\u007b{x{y"'],
    ['\0', '"\\u0000"'],
    ['\t\r\n', '"\\u0009\\u000d\\u000a"'],
    ['\u007f\u0085\u009f', '"\\u007f\\u0085\\u009f"'],
    ['\u00e9\u2028\u2029', '"\\u00e9\\u2028\\u2029"'],
    ['\ufeff\ufffe\uffff', '"\\ufeff\\ufffe\\uffff"'],
    ['\u202e', '"\\u202e"'],
    ['\u{1f600}\u{10ffff}', '"\\U0001f600\\U0010ffff"'],
  ])('%j', (text, written) => {
    expect(yamlEntries({ k: text })).toBe(`k: ${written}\n`)
  })
})

test('characters of every kind come back, in values and in keys', () => {
  const ranges = [
    [0, 0x300],
    [0x2000, 0x2070],
    [0x3000, 0x3010],
    [0xd7f0, 0xd7ff],
    [0xe000, 0xe010],
    [0xfe00, 0x10010],
    [0x1f600, 0x1f610],
    [0x10fff0, 0x10ffff],
  ] as const
  const pairs = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => {
      const character = String.fromCodePoint(first + i)
      return { [`k${character}`]: `a${character}b` }
    }),
  )
  expect(parse(yamlEntries({ pairs }))).toEqual({ pairs })
})

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const { value: anything } = fc.letrec<{ value: Yaml; map: Record<string, Yaml> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'null', '')), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
}))

test('whatever is written reads back as what was meant', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(parse(yamlEntries({ value }))).toEqual({ value })
    }),
    { numRuns: 200 },
  )
})

test('the order in which fields were set means nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (entries) => {
      const map = Object.fromEntries(entries)
      const reversed = Object.fromEntries(Object.entries(map).reverse())
      expect(yamlEntries(reversed)).toBe(yamlEntries(map))
    }),
  )
})
