import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseRule } from './parse.ts'
import type { RuleProtocol } from './rule.ts'

interface Verdicts {
  readonly valid: readonly string[]
  readonly invalid: readonly string[]
}

/** Recorded from the real Traefik by `tools/oracle/src/rules/record.mjs`. */
const verdicts = JSON.parse(readFileSync(new URL('./verdicts.json', import.meta.url), 'utf8')) as Record<
  RuleProtocol,
  Verdicts
>

const isValid = (rule: string, protocol: RuleProtocol) => 'rule' in parseRule(rule, protocol)
const errorOf = (rule: string, protocol: RuleProtocol = 'http') => {
  const parsed = parseRule(rule, protocol)
  return 'error' in parsed ? parsed.error : undefined
}
const hintOf = (rule: string, protocol: RuleProtocol = 'http') => parseRule(rule, protocol).hint
const treeOf = (rule: string) => {
  const parsed = parseRule(rule, 'http')
  return 'rule' in parsed ? parsed.rule : undefined
}
const match = (matcher: string, ...values: string[]) => ({ kind: 'match', matcher, values })

describe.each(['http', 'tcp'] as const)(
  'a rule of a router over %s has the verdict of the real Traefik',
  (protocol) => {
    test('what Traefik builds has a tree', () => {
      expect(verdicts[protocol].valid.length).toBeGreaterThan(100)
      expect(verdicts[protocol].valid.filter((rule) => !isValid(rule, protocol))).toEqual([])
    })

    test('what Traefik disables has an error', () => {
      expect(verdicts[protocol].invalid.length).toBeGreaterThan(100)
      expect(verdicts[protocol].invalid.filter((rule) => isValid(rule, protocol))).toEqual([])
    })

    test('every hint is a valid rule', () => {
      const hints = [...verdicts[protocol].valid, ...verdicts[protocol].invalid].flatMap(
        (rule) => hintOf(rule, protocol) ?? [],
      )
      expect(hints.length).toBeGreaterThan(50)
      expect(hints.filter((hint) => !isValid(hint, protocol))).toEqual([])
    })
  },
)

describe('the tree', () => {
  test('&& binds tighter than ||, and a chain is one node', () => {
    expect(treeOf('Host(`a`) && Path(`/`) || Host(`b`) || Host(`c`)')).toEqual({
      kind: 'or',
      operands: [
        { kind: 'and', operands: [match('Host', 'a'), match('Path', '/')] },
        match('Host', 'b'),
        match('Host', 'c'),
      ],
    })
  })

  test('parentheses and ! are kept as structure', () => {
    expect(treeOf('!(Host(`a`) || !Host(`b`)) && ((Path(`/`)))')).toEqual({
      kind: 'and',
      operands: [
        {
          kind: 'not',
          operand: { kind: 'or', operands: [match('Host', 'a'), { kind: 'not', operand: match('Host', 'b') }] },
        },
        match('Path', '/'),
      ],
    })
  })

  test('matchers have their canonical names, values are unquoted', () => {
    expect(treeOf('PATHPREFIX("/\\u00e9\\n") || Pathprefix(`/\\u00e9`) || query(`a`, `b`)')).toEqual({
      kind: 'or',
      operands: [match('PathPrefix', '/é\n'), match('PathPrefix', '/\\u00e9'), match('Query', 'a', 'b')],
    })
  })
})

describe('errors say what is wrong and where', () => {
  test.each([
    ['', "expected a matcher such as Host, '!' or '(' at character 1, found the end of the rule"],
    ['Host(example)', "expected a value in backquotes at character 6, found 'example'"],
    ['Host(`a`)\n&& Path(`/`)', 'found a line break (one may stand after && and ||, not before them)'],
    ["Host('a')", 'not in single quotes at character 6'],
    ['Host(`a`, `b`)', 'Host takes 1 value, not 2'],
    ['Host(``)', 'Host has an empty value'],
    ['Path(`a`)', `Path of "a": the path must start with '/'`],
    ['Hots(`a`)', 'HTTP routers have no matcher Hots'],
    ['HostSNI(`a`)', 'HTTP routers have no matcher HostSNI; TCP routers have'],
    ['PathRegexp(`(?=a)`)', "the regular expression is not one in Go's syntax"],
  ])('%j', (rule, message) => {
    expect(errorOf(rule)).toContain(message)
  })
})

describe('hints give the whole rule as it was meant', () => {
  test.each([
    ['Host(`a`,`b`)', 'Host(`a`) || Host(`b`)'],
    ['Host(`a`,`b`) && PathPrefix(`/x`, `/y`)', '(Host(`a`) || Host(`b`)) && (PathPrefix(`/x`) || PathPrefix(`/y`))'],
    ['!Host(`a`,`b`)', '!(Host(`a`) || Host(`b`))'],
    ['HostHeader(`a`)', 'Host(`a`)'],
    ['Headers(`a`, `b`)', 'Header(`a`, `b`)'],
    ['HeadersRegexp(`a`, `b`, `c`, `d`)', 'HeaderRegexp(`a`, `b`) && HeaderRegexp(`c`, `d`)'],
    ['HostRegexp(`a`, `{sub:[a-z]+}.b.com`)', 'HostRegexp(`^a$`) || HostRegexp(`^[a-z]+\\.b\\.com$`)'],
    ['PathPrfix(`/a`)', 'PathPrefix(`/a`)'],
    ['pathPrefix(`/a`)', 'PathPrefix(`/a`)'],
    ['Host(example.com)', 'Host(`example.com`)'],
    ["Host('a') and not Path('/b')", 'Host(`a`) && !Path(`/b`)'],
    ['Host(“a”)', 'Host(`a`)'],
    ['Host(`a`) | Host(`b`);', 'Host(`a`) || Host(`b`)'],
    ['Host(`a`)\n  || Host(`b`)', 'Host(`a`) || Host(`b`)'],
    ['Host:a.com,b.com;PathPrefix:/c', '(Host(`a.com`) || Host(`b.com`)) && PathPrefix(`/c`)'],
  ])('%j', (rule, hint) => {
    expect(errorOf(rule)).toBeDefined()
    expect(hintOf(rule)).toBe(hint)
  })

  test('a valid rule that v2 meant otherwise has one too', () => {
    expect(hintOf('HostRegexp(`{sub:[a-z]+}.example.com`)')).toBe('HostRegexp(`^[a-z]+\\.example\\.com$`)')
    expect(hintOf('Path(`/p/{id:[0-9]{4}}/{x}`)')).toBe('PathRegexp(`^/p/[0-9]{4}/[^/]+$`)')
    expect(hintOf('Query(`a=b`, `c=d`)')).toBe('Query(`a`, `b`) && Query(`c`, `d`)')
  })

  test('the other protocol’s matchers are translated', () => {
    expect(hintOf('Host(`a`)', 'tcp')).toBe('HostSNI(`a`)')
    expect(hintOf('HostSNI(`a`)', 'http')).toBe('Host(`a`)')
  })

  test('a rule that is fine, or that nobody can guess, has none', () => {
    expect(hintOf('host(`a`) &&\n(Path(`/`))')).toBeUndefined()
    expect(hintOf('HostRegexp(`^[a-z]{2}\\p{L}$`)')).toBeUndefined()
    expect(hintOf('Path(`/host(x`) || PATH(`/`)')).toBeUndefined()
    expect(hintOf('Frobnicate(`a`)')).toBeUndefined()
  })
})

test('an older Traefik has no wildcards in HostSNI', () => {
  expect(isValid('HostSNI(`*.example.com`)', 'tcp')).toBe(true)
  expect(parseRule('HostSNI(`*.example.com`)', 'tcp', { traefikVersion: '3.6' })).toMatchObject({
    error: expect.stringContaining('Traefik 3.6 has no wildcards in HostSNI'),
  })
  expect(parseRule('HostSNI(`*`)', 'tcp', { traefikVersion: '3.3' })).toHaveProperty('rule')
})

test.each([
  ['parentheses', '('.repeat(100_000) + 'Host(`a`)' + ')'.repeat(100_000)],
  ['negations', '!'.repeat(1_000_000) + 'Host(`a`)'],
  ['alternatives', 'Host(`a`)||'.repeat(90_000) + 'Host(`a`)'],
  ['open parentheses', '('.repeat(1_000_000)],
  ['regular expressions', 'PathRegexp(`\\pL{1000}`)||'.repeat(40_000) + 'Host(`a`)'],
  ['one long regular expression', 'PathRegexp(`' + 'a*'.repeat(500_000) + '`)'],
  ['backslashes', 'Host("' + '\\'.repeat(1_000_001) + '")'],
  ['an open comment', '/*'.repeat(500_000)],
])('a megabyte of %s is an error', (_, rule) => {
  expect(errorOf(rule)).toBeDefined()
})

test('a megabyte of one value is a rule', () => {
  expect(isValid('Path(`/' + 'a'.repeat(1_000_000) + '`)', 'http')).toBe(true)
  expect(isValid('Path("/' + '\\u00e9'.repeat(150_000) + '")', 'http')).toBe(true)
})
