import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { goRegexpError } from '../go/regexp.ts'
import { bindingsOf } from './bindings.ts'
import type { Bindings } from './bindings.ts'
import { covers } from './host-names.ts'
import { parseRule } from './parse.ts'
import { hostsOfRegexp } from './regexp-hosts.ts'
import type { Rule, RuleProtocol } from './rule.ts'

const bindingsIn = (text: string, protocol: RuleProtocol = 'http'): Bindings => {
  const parsed = parseRule(text, protocol)
  if ('error' in parsed) throw new Error(parsed.error)
  return bindingsOf(parsed.rule)
}
const shown = (text: string, protocol?: RuleProtocol) => {
  const { hosts, unbound } = bindingsIn(text, protocol)
  return [hosts, unbound.map(({ rule, problem }) => `${rule} ${problem}`)]
}

describe('a rule is bound to hosts', () => {
  test.each([
    ['Host(`App.example.com.`) && PathPrefix(`/x`)', ['app.example.com']],
    ['Host(`b.com`) || Host(`a.com`) || Host(`A.com`)', ['a.com', 'b.com']],
    ['(Host(`a.com`) || Host(`b.com`)) && !Path(`/`)', ['a.com', 'b.com']],
    ['Host(`a.com`) && !Host(`b.com`)', ['a.com']],
    ['!(!Host(`a.com`) || Path(`/`))', ['a.com']],
    ['Host("a\\x2ecom")', ['a.com']],
    ['Host(`*.example.com`)', ['*.example.com']],
    // None of both can be spared: a later Traefik might read a name otherwise.
    ['Host(`a.com`) && Host(`b.com`)', ['a.com', 'b.com']],
    ['Host(`a.com`) && HostRegexp(`.*`)', ['a.com']],
    ['HostRegexp(`^[a-z]+\\.a\\.com$`) && HostRegexp(`.*`)', ['*.a.com']],
  ])('%s', (rule, hosts) => {
    expect(shown(rule)).toEqual([hosts, []])
  })

  test('of TCP as of HTTP', () => {
    expect(shown('HostSNI(`a.com`) && ClientIP(`10.0.0.0/8`) || HostSNIRegexp(`^b\\.com$`)', 'tcp')).toEqual([
      ['a.com', 'b.com'],
      [],
    ])
  })

  test.each([
    ['PathPrefix(`/`)', [], ['PathPrefix(`/`) names no host']],
    ['Host(`a.com`) || PathPrefix(`/`)', ['a.com'], ['PathPrefix(`/`) names no host']],
    ['!Host(`a.com`)', [], ['!Host(`a.com`) names no host']],
    ['!Host(`a.com`) && Path(`/`)', [], ['!Host(`a.com`) && Path(`/`) names no host']],
    ['!(Host(`a.com`) && Path(`/`))', [], ['!Host(`a.com`) names no host', '!Path(`/`) names no host']],
    ['!HostRegexp(`^a\\.com$`)', [], ['!HostRegexp(`^a\\.com$`) names no host']],
    ['Host(`*`)', [], ['Host(`*`) is every host']],
    ['Host(`10.0.0.1`) && Path(`/`)', [], ['Host(`10.0.0.1`) is an IP address']],
    ['Host(`a.com`) && Host(`*`)', ['a.com'], ['Host(`*`) is every host']],
    ['Host(`a.com..`)', [], ['Host(`a.com..`) is no host name']],
    ['Host(`*.`)', [], ['Host(`*.`) is no host name']],
    ['Header(`Host`, `a.com`)', [], ['Header(`Host`, `a.com`) names no host']],
    ['HostRegexp(`.*`)', [], ["HostRegexp(`.*`) isn't anchored: it must begin with ^ and end with $"]],
  ])('%s is not, wholly', (rule, hosts, unbound) => {
    expect(shown(rule)).toEqual([hosts, unbound])
  })

  test('HostSNI(`*`) is every host', () => {
    expect(shown('HostSNI(`*`)', 'tcp')).toEqual([[], ['HostSNI(`*`) is every host']])
  })

  test('too many alternatives are not told, and a long rule is cut short', () => {
    const either = '(Host(`a.com`) || Host(`b.com`))'
    const { hosts, unbound } = bindingsIn(Array(9).fill(either).join(' && '))
    expect(hosts).toEqual([])
    expect(unbound).toMatchObject([{ problem: 'has too many alternatives to tell its hosts' }])
    expect(unbound[0]?.rule).toHaveLength(100)
  })

  test('a problem is said once', () => {
    expect(bindingsIn('Host(`*`) && (Path(`/a`) || Path(`/b`))').unbound).toHaveLength(1)
  })
})

describe('a regular expression tells its hosts', () => {
  test.each([
    ['^app\\.example\\.com$', ['app.example.com']],
    ['^app[.]example[.]com$', undefined],
    ['^[a-z]+\\.app\\.example\\.com$', ['*.app.example.com']],
    ['^.+\\.app\\.example\\.com$', ['*.app.example.com']],
    ['^(www\\.)?example\\.com$', ['www.example.com', 'example.com']],
    ['^(?:a|b)\\.example\\.com$', ['a.example.com', 'b.example.com']],
    ['^(?P<sub>[^.]+)\\.example\\.(com|org)$', ['*.example.com', '*.example.org']],
    ['^([a-z]+\\.)?example\\.com$', ['*.example.com', 'example.com']],
    ['^[]a-z]+\\.example\\.com$', ['*.example.com']],
    ['^[[:alpha:]\\d-]{1,3}\\.example\\.com$', ['*.example.com']],
    ['^colou?r\\.example\\.com$', ['colour.example.com', 'color.example.com']],
    ['^.*app\\.example\\.com$', ['*.example.com']],
    ['^app.example\\.com$', ['*.com']],
    ['^.*\\.example\\.com\\.$', ['*.example.com']],
    ['^example\\.com\\.$', ['example.com']],
    ['^.*example\\.com\\.$', ['*.com']],
  ])('%s: %j', (expression, hosts) => {
    const found = hostsOfRegexp(expression)
    expect('hosts' in found ? found.hosts : undefined).toEqual(hosts)
  })

  test.each([
    // It matches a request without a host, and Traefik then takes every request for one.
    '^$',
    '^(a\\.com)?$',
    '^(|a\\.com)$',
    '^(a\\.com)*$',
    '^(a\\.com){0}$',
    // Not anchored, or not on every side.
    '',
    '^',
    'app\\.example\\.com',
    '^app\\.example\\.com',
    'app\\.example\\.com$',
    '^app\\.example\\.com\\$',
    '^*app\\.example\\.com$',
    '^?a\\.com$',
    '^a\\.com|b\\.com$',
    '^a\\.com$|^b\\.com$',
    '^a\\.com$|b.com$',
    '^(^a\\.com$|.*)$',
    '^.*|a\\.com$',
    '^|a\\.com$',
    '^a\\.com|$',
    '\\Aa\\.com\\z',
    // Flags, quotations, escapes and what else isn't plain.
    '(?i)^a\\.com$',
    '^(?i)a\\.com$',
    '^(?m)a\\.com$',
    '^(?-s:.)\\.a\\.com$',
    '^(?i:a\\.com)$',
    '^\\Qa.com\\E$',
    '^\\Q$',
    '^a\\x2ecom$',
    '^a\\056com$',
    '^\\pL\\.a\\.com$',
    '^.*\\b\\.a\\.com$',
    '^[\\x5d].a\\.com$',
    '^[[:alpha]+\\.a\\.com$',
    '^[].a\\.com[y]$',
    '^a{,2}\\.com$',
    '^}\\.com$',
    '^]\\.com$',
    '^(a\\.com$',
    '^a)\\.com$',
    // No domain at the end.
    '^app.example.com$',
    '^.*$',
    '^.*com$',
    '^.*\\.com?$|x',
    '^.*\\.$',
    '^foo\\.*$',
    '^a\\.co[m]$',
    '^a\\.(com)+$',
    '^.*\\.\\.$',
    '^.*\\.com\\.\\.$',
    '^.*\\.0\\.0\\.1$',
    '^127\\.0\\.0\\.1$',
    '^a\\.com:80$',
    '^(a\\.com|.*)$',
    `^${'(a|b)'.repeat(8)}$`,
    `^${'a'.repeat(1000)}\\.com$`,
  ])('%s does not', (expression) => {
    expect(hostsOfRegexp(expression)).toEqual({ problem: expect.any(String) })
  })

  test('nested as deep as they come, they are read at once', () => {
    const nested = (inner: string) => Array.from({ length: 60 }).reduce<string>((text) => `(${text}(a|))`, inner)
    expect(hostsOfRegexp(`^${nested('b')}\\.example\\.com$`)).toMatchObject({ hosts: expect.any(Array) })
    expect(hostsOfRegexp(`^${'('.repeat(400)}a${')'.repeat(400)}\\.example\\.com$`)).toEqual({
      hosts: ['a.example.com'],
    })
  })
})

const host = fc.stringMatching(/^(?:[abm]{0,2}\.){0,3}(?:com|m|a)\.?$/)
/** What expressions for hosts, and attempts to get around them, are made of. */
const part = fc.constantFrom(
  ...'a|b|m|com|\\.|.|.*|[ab]|[^.]|[^]a]|\\w|\\W|\\$|x?|?|*|+|{2}|{0,1}|??|^|$|(?i)|(?:|(|)|)?|)*|A'.split(/\|(?!$)/),
  '|',
)
const expression = fc.oneof(
  fc.array(part, { maxLength: 8 }).map((parts) => `^${parts.join('')}$`),
  fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.array(part, { maxLength: 6 }), fc.constantFrom('\\.com$', '\\.a\\.com$', 'com$', '\\.com\\.$'))
    .map(([parts, end]) => `^${parts.join('')}${end}`),
)

/** As Traefik has it: an expression that matches an empty text takes every host. */
function expressionMatches(text: string, name: string): boolean {
  const compiled = RE2JS.compile(text)
  return compiled.matcher(name).find() || compiled.matcher('').find()
}

const withoutDot = (name: string): string => name.replace(/\.$/, '')
const isCovered = (hosts: readonly string[], name: string): boolean =>
  hosts.some((pattern) => covers(pattern, withoutDot(name)))

const compiles = (text: string): boolean => goRegexpError(text) === undefined

test('whatever an expression matches is among the hosts that it tells', () => {
  fc.assert(
    fc.property(expression.filter(compiles), fc.array(host, { minLength: 20, maxLength: 20 }), (text, names) => {
      const found = hostsOfRegexp(text)
      if ('problem' in found) return
      for (const name of names.filter((each) => expressionMatches(text, each)))
        expect([text, name, isCovered(found.hosts, name)]).toEqual([text, name, true])
    }),
    { numRuns: 3000 },
  )
})

const leaf: fc.Arbitrary<Rule> = fc
  .oneof(
    fc.tuple(
      fc.constant('Host'),
      fc.oneof(host.filter(Boolean), fc.constantFrom('*', '*.com', '*.a.com', 'A.com', '10.0.0.1')),
    ),
    fc.tuple(fc.constant('HostRegexp'), expression.filter(compiles)),
    fc.constant(['Path', '/'] as const),
  )
  .map(([matcher, value]) => ({ kind: 'match', matcher, values: [value] }))

const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constant('not' as const), operand: tie('rule') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('rule'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}))

/** Traefik's `Host`: a dot may end either side; `*.parent` has one label more than the parent. */
function hostMatches(value: string, name: string): boolean {
  const pattern = value.toLowerCase()
  if (pattern === '*' || name === pattern || `${name}.` === pattern || name === `${pattern}.`) return true
  const plain = withoutDot(name)
  const rest = plain.slice(plain.indexOf('.'))
  return pattern.startsWith('*.') && plain.includes('.') && rest === withoutDot(pattern).slice(1)
}

function matches(node: Rule, name: string): boolean {
  switch (node.kind) {
    case 'not':
      return !matches(node.operand, name)
    case 'and':
      return node.operands.every((operand) => matches(operand, name))
    case 'or':
      return node.operands.some((operand) => matches(operand, name))
    case 'match':
      if (node.matcher === 'Path') return true
      return (node.matcher === 'Host' ? hostMatches : expressionMatches)(node.values[0] ?? '', name)
  }
}

test('whatever a rule matches is among its hosts, unless something in it is unbound', () => {
  fc.assert(
    fc.property(rule, fc.array(host, { minLength: 20, maxLength: 20 }), (node, names) => {
      const { hosts, unbound } = bindingsOf(node)
      if (unbound.length > 0) return
      for (const name of names.filter((each) => matches(node, each)))
        expect([name, isCovered(hosts, name)]).toEqual([name, true])
    }),
    { numRuns: 3000 },
  )
})
