import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildErrors } from '../build/build-errors.ts'
import { decodeLabels } from '../labels/decode.ts'
import { byBytes } from '../labels/tree.ts'
import type { SectionName } from '../schema/configuration.ts'
import { FIELD_NAMES } from './fields.ts'
import { traefik1Of } from './traefik1.ts'

const HASH = 'admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/'
const DIGEST = 'test:traefik:a2688e031edb4be6a3797f3882655c05'

/** What is written out, as our own decoder reads it. */
function mistakesIn(lines: readonly string[]): unknown[] {
  const labels = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const { state, mistakes, configuration } = decodeLabels({ 'traefik.enable': 'true', ...labels })
  const sections: readonly SectionName[] = ['http.routers', 'http.services', 'http.middlewares']
  const faults = sections.flatMap((section) => {
    const part = (configuration.http ?? {}) as Readonly<Record<string, Readonly<Record<string, object>>>>
    return Object.entries(part[section.slice(5)] ?? {}).flatMap(([name, entry]) => {
      // A router without a rule is given the automatic one.
      const whole = section === 'http.routers' ? { rule: 'Host(`a`)', ...entry } : entry
      return buildErrors(section, whole).map((error) => ({ section, name, ...error }))
    })
  })
  return [...(state === 'enabled' ? [] : [state]), ...mistakes, ...faults]
}

const RULES = [
  'Host:a.org',
  'Host:a.org,b.org;PathPrefix:/x,/y',
  'HostRegexp:{sub:[a-z]+}.a.org;PathPrefixStripRegex:/v{n:[0-9]+}',
  'Host:a.org;ReplacePathRegex: ^/x/(.*) /y/$1',
  'Headers:X-A,b;Method:GET,POST',
  'Query:a=b',
  'AddPrefix:/x',
]

/** Sane values, by the ends of labels; else a flag's. */
const SANE: readonly (readonly [end: RegExp, values: readonly string[]])[] = [
  [/rule$/, RULES],
  [/domain$/, ['a.org']],
  [/entryPoints$/, ['http', 'https', 'http,https']],
  [/entryPoint$/, ['http', 'https', 'other']],
  [/digest\.users$/, [DIGEST]],
  [/basic(\.users)?$/, [HASH, `${HASH},${HASH}`]],
  [/address$/, ['http://127.0.0.1:4181']],
  [/ourceRange$/, ['10.0.0.0/8', '127.0.0.1, ::1']],
  [/regex$/, ['^http://a/(.*)', '^https?://www\\\\.a\\\\.org/(.*)']],
  [/replacement$/, ['https://a.org/$1']],
  [/custom\w+Headers$|SSLProxyHeaders$|healthcheck\.headers$/, ['X-A:b', 'X-A:b||X-C:']],
  [/extractor[fF]unc$/, ['client.ip', 'request.host', 'request.header.X-A', 'request.nothing']],
  [/circuitbreaker\.expression$/, ['NetworkErrorRatio() > 0.5']],
  [/retryExpression$/, ['IsNetworkError() && Attempts() <= 2']],
  [/status$/, ['404', '500-599,404']],
  [/(nterval|period)$/, ['5', '10s']],
  [/sameSite$/, ['none', 'lax', 'strict']],
  [/protocol$|healthcheck\.scheme$/, ['http', 'https']],
  [/method$/, ['wrr', 'drr']],
  [/ort$|amount$|average$|burst$|Bytes$|priority$|weight$|STSSeconds$/, ['1', '80']],
  [/Host$|hostname$/, ['a.org', 'true']],
  [/tls\.(ca|cert|key)$/, ['/etc/a.pem']],
  [/backend$|Name$|query$|File$|Value$|Policy$|Key$|Field$|allowedHosts$|hostsProxyHeaders$|tags$|id$/, ['some-text']],
]

const saneValue = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(...(SANE.find(([end]) => end.test(name))?.[1] ?? ['true', 'false']))

const aSaneLabel = fc
  .record({
    segment: fc.constantFrom('', '', 'admin.', 'API_2.', 'a.b.'),
    name: fc.constantFrom(...FIELD_NAMES),
    instance: fc.constantFrom('x', 'Y'),
  })
  .chain(({ segment, name, instance }) =>
    saneValue(name).map((value) => [`traefik.${segment}${name.replace('*', instance)}`, value] as const),
  )

test('what is written out has no mistake', () => {
  fc.assert(
    fc.property(fc.array(aSaneLabel, { minLength: 1, maxLength: 25 }), (entries) => {
      // The path of a certificate without its key is a half-said thing in both.
      const labels = Object.fromEntries(entries.filter(([key]) => !/tls\.(cert|key)$/.test(key)))
      expect(mistakesIn(traefik1Of(labels, 'web')?.translation ?? [])).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

const PROTECTING = /\.auth\.(basic|digest|forward)|ource[rR]ange|redirect\.entryPoint|rateSet\.\w+\.average/

test('what protects is named by every router that it was for', () => {
  fc.assert(
    fc.property(fc.array(aSaneLabel, { minLength: 1, maxLength: 8 }), (entries) => {
      const labels = Object.fromEntries(entries)
      const common = Object.keys(labels).some((key) => key.startsWith('traefik.frontend') && PROTECTING.test(key))
      const all = traefik1Of(labels, 'web')
      const routers = new Set(
        all?.translation.flatMap((line) => /^traefik\.http\.routers\.([^.]+)\./.exec(line)?.[1] ?? []),
      )
      const guarded = all?.translation.filter((line) => line.includes('.middlewares=')) ?? []
      if (common) expect(guarded).toHaveLength(routers.size)
      if (common) expect(all?.protects).toBe(true)
    }),
  )
})

test('hostile labels throw nothing, and what is written stays small', () => {
  const key = fc
    .tuple(
      fc.constantFrom('traefik.', 'Traefik.'),
      fc.oneof(
        fc.constantFrom(...FIELD_NAMES),
        fc.constantFrom('__proto__.port', 'frontend.errors.', 'a]b.port'),
        fc.string(),
      ),
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(fc.string(), fc.string({ unit: 'binary' })), { maxKeys: 20 }), (labels) => {
      const { labels: found = [], untranslated = [] } = traefik1Of(labels, 'web') ?? {}
      expect(found).toEqual([...found].sort(byBytes))
      for (const { label } of untranslated) expect(found).toContain(label)
    }),
    { numRuns: 500 },
  )
  const long = 'x,'.repeat(30_000)
  const hostile: Readonly<Record<string, string>> = Object.fromEntries<string>([
    ...FIELD_NAMES.map((name): [string, string] => [`traefik.${name}`, long]),
    ...FIELD_NAMES.map((name): [string, string] => [`traefik.${name.replace('*', 'x')}`, `${long}||${long}`]),
    ...Array.from({ length: 2000 }, (_, i): [string, string] => [`traefik.s${i}.port`, '80']),
    ...Array.from({ length: 2000 }, (_, i): [string, string] => [
      `traefik.frontend.rateLimit.rateSet.r${i}.average`,
      '80',
    ]),
  ])
  for (const most of [400, Infinity]) {
    const labels = Object.fromEntries(Object.entries(hostile).slice(0, most))
    const { translation = [], protects } = traefik1Of(labels, long) ?? {}
    expect(translation.join('').length).toBeLessThan(250_000)
    expect(protects).toBe(true)
  }
})
