import { describe, expect, test } from '@jest/globals'
import { formatRule } from './format.ts'
import { parseRule } from './parse.ts'
import { alternativesOf, type Rule } from './rule.ts'

const parse = (text: string): Rule => {
  const parsed = parseRule(text, 'http')
  if ('error' in parsed) throw new Error(parsed.error)
  return parsed.rule
}

/** `!Host a` for a negated condition. */
const shown = (text: string, limit?: number) =>
  alternativesOf(parse(text), limit)?.map((alternative) =>
    alternative
      .map(({ matcher, values, negated }) => `${negated ? '!' : ''}${matcher} ${values.join(',')}`)
      .join(' & '),
  )

describe('alternatives of a rule', () => {
  test('one matcher is one alternative', () => {
    expect(shown('Host(`a`)')).toEqual(['Host a'])
  })

  test('&& over || is multiplied out', () => {
    expect(shown('(Host(`a`) || Host(`b`)) && (Path(`/x`) || Path(`/y`)) || Host(`c`)')).toEqual([
      'Host a & Path /x',
      'Host a & Path /y',
      'Host b & Path /x',
      'Host b & Path /y',
      'Host c',
    ])
  })

  test('! is distributed over a group', () => {
    expect(shown('!(Host(`a`) && !Path(`/x`))')).toEqual(['!Host a', 'Path /x'])
    expect(shown('!(Host(`a`) || Path(`/x`))')).toEqual(['!Host a & !Path /x'])
    expect(shown('!!Host(`a`)')).toEqual(['Host a'])
  })

  test('more than the limit is undefined, whatever the shape', () => {
    const either = '(Host(`a`) || Host(`b`))'
    expect(shown(Array(8).fill(either).join(' && '))).toHaveLength(256)
    expect(shown(Array(9).fill(either).join(' && '))).toBeUndefined()
    expect(shown(Array(200).fill(either).join(' && '))).toBeUndefined()
    expect(shown(Array(257).fill('Host(`a`)').join(' || '))).toBeUndefined()
    expect(shown(Array(257).fill('Host(`a`)').join(' || '), 300)).toHaveLength(257)
    expect(shown(Array(5000).fill('Host(`a`)').join(' && '))).toBeUndefined()
  })
})

test.each([
  'Host(`a`)',
  '!Host(`a`)',
  '!(Host(`a`) && Path(`/`))',
  '(Host(`a`) || Host(`b`)) && !Path(`/`)',
  'Host(`a`) && Path(`/`) || Host(`b`)',
  'Header(`a`, "`\\u000d")',
])('%s is written as it was read', (text) => {
  expect(formatRule(parse(text))).toBe(text)
})
