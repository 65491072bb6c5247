import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { SectionName } from '../schema/configuration.ts'
import { buildErrors } from './build-errors.ts'

interface Verdicts {
  readonly valid: readonly unknown[]
  readonly invalid: readonly unknown[]
}

/** JSON has no big integers. */
const bigint = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && '$bigint' in value ? BigInt(String(value.$bigint)) : value

/** Recorded from the real Traefik by `tools/oracle/src/build/record.mjs`. */
const { traefik, ...verdicts } = JSON.parse(
  readFileSync(new URL('./verdicts.json', import.meta.url), 'utf8'),
  bigint,
) as Record<SectionName, Verdicts> & { readonly traefik: string }

const isValid = (section: SectionName, entry: unknown): boolean => buildErrors(section, entry).length === 0

describe.each(Object.entries(verdicts) as [SectionName, Verdicts][])(
  `an entry of %s has the verdict of Traefik ${traefik}`,
  (section, { valid, invalid }) => {
    test('what Traefik builds is let through', () => {
      expect(valid.filter((entry) => !isValid(section, entry))).toEqual([])
    })

    test('what Traefik disables is not', () => {
      expect(invalid.length).toBeGreaterThan(0)
      expect(invalid.filter((entry) => isValid(section, entry))).toEqual([])
    })
  },
)

const errorsOf = (section: SectionName, entry: unknown): string[] =>
  buildErrors(section, entry).map(
    ({ path, reason, hint }) => `${path} ${reason}${hint === undefined ? '' : ` [${hint}]`}`,
  )

describe('an error says where, what is wrong, and what was meant', () => {
  test.each<[SectionName, unknown, string[]]>([
    [
      'http.routers',
      { rule: 'Host(`a`,`b`)', service: 's' },
      ["rule is a rule that Traefik can't read: Host takes 1 value, not 2 [Host(`a`) || Host(`b`)]"],
    ],
    [
      'http.routers',
      { rule: 'HostSNI(`a`)', service: 's' },
      ["rule is a rule that Traefik can't read: HTTP routers have no matcher HostSNI; TCP routers have [Host(`a`)]"],
    ],
    [
      'tcp.routers',
      { rule: 'HostSNI(`a`)', service: 's' },
      ['rule names a host, which only TLS tells: the router needs tls, or the rule HostSNI(`*`)'],
    ],
    [
      'http.services',
      { loadBalancer: { strategy: 'wr', servers: [{ url: 'http://a:b' }] } },
      [
        'loadBalancer.strategy must be one of wrr, p2c, hrw, leasttime [wrr]',
        "loadBalancer.servers[0].url is a URL that Traefik can't read: its port ':b' is not a number",
      ],
    ],
    ['http.middlewares', {}, [' says nothing that Traefik could make it of']],
    [
      'http.middlewares',
      { addPrefix: { prefix: '' }, retry: { attempts: 0 } },
      [
        ' is addPrefix and retry at once; give each a name of its own',
        'addPrefix.prefix is missing or empty',
        'retry.attempts is missing or empty',
        'retry.attempts must be at least 1',
      ],
    ],
    [
      'http.middlewares',
      { circuitBreaker: { expression: 'NetworkErrorRato() > 0.3' } },
      [
        `circuitBreaker.expression is an expression that Traefik can't read: there is no function "NetworkErrorRato"; did you mean NetworkErrorRatio?`,
      ],
    ],
    [
      'http.middlewares',
      { circuitBreaker: { expression: 'NetworkErrorRatio() > 1' } },
      [
        "circuitBreaker.expression is an expression that Traefik can't read: on the right of > must stand a number with a decimal point, such as 0.5, not a whole number",
      ],
    ],
  ])('%s %j', (section, entry, expected) => {
    expect(errorsOf(section, entry)).toEqual(expected)
  })
})

describe('stricter than Traefik', () => {
  test('rules of Traefik 2 are refused, with the rule as it is spelled today', () => {
    const router = { rule: 'HostHeader(`a`)', service: 's', ruleSyntax: 'v2' }
    expect(errorsOf('http.routers', router)[0]).toBe(
      "ruleSyntax is the syntax of Traefik 2, which isn't served here [Host(`a`)]",
    )
    expect(errorsOf('http.routers', { ...router, rule: 'Host(`a`)' })).toHaveLength(1)
  })

  // Each of these ends Traefik, or keeps it from ever taking a document again, whoever it is from.
  test.each([
    [{ rateLimit: { average: 33831688342692755n, period: '1ns' } }, 'rateLimit.average must be at most 9223372036'],
    [{ rateLimit: { redis: { poolSize: -1 } } }, 'rateLimit.redis.poolSize must be at least 0'],
    [{ rateLimit: { redis: { poolSize: 1_000_000_000 } } }, 'rateLimit.redis.poolSize must be at most 10000'],
  ])('%p', (middleware, error) => {
    expect(errorsOf('http.middlewares', middleware)).toEqual([error])
  })
})

test('only so many regular expressions are compiled', () => {
  const entry = (count: number) => ({ stripPrefixRegex: { regex: Array(count).fill('^/a') } })
  expect(errorsOf('http.middlewares', entry(50))).toEqual([])
  expect(errorsOf('http.middlewares', entry(51))).toEqual([
    'stripPrefixRegex.regex has more than 50 regular expressions',
  ])
})

test('a plugin of Traefik is believed, as long as it is one', () => {
  expect(errorsOf('http.middlewares', { plugin: { theirs: { option: 'x' } } })).toEqual([])
  expect(errorsOf('http.middlewares', { plugin: { one: {}, two: {} } })).toEqual(['plugin must name one plugin'])
})

test('an older Traefik has another verdict', () => {
  const router = { rule: 'HostSNI(`*.example.com`)', service: 's', tls: {} }
  expect(buildErrors('tcp.routers', router)).toEqual([])
  expect(buildErrors('tcp.routers', router, { traefikVersion: '3.6' })).toHaveLength(1)
})

test.each([
  ['parentheses', '('.repeat(500_000)],
  ['conditions', 'NetworkErrorRatio() > 0.5 && '.repeat(30_000)],
  ['digits', `NetworkErrorRatio() > ${'9'.repeat(1_000_000)}`],
  ['underscores', `NetworkErrorRatio() > 0${'_'.repeat(9_000)}`],
])('a megabyte of %s in an expression is an error', (_, expression) => {
  expect(errorsOf('http.middlewares', { circuitBreaker: { expression } })).toHaveLength(1)
})

test('hostile media types are soon judged', () => {
  for (const type of [
    `text/html${'; a=1'.repeat(50_000)}`,
    `text/html; a="${'\\a'.repeat(100_000)}`,
    ' '.repeat(200_000),
    `text${' '.repeat(200_000)}x`,
  ])
    expect(errorsOf('http.middlewares', { compress: { includedContentTypes: [type] } }).length).toBeLessThanOrEqual(1)
})
