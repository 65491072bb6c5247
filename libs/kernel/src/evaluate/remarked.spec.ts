import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Diagnostic, Settings } from '@route-server/plugin-api'
import type { SectionName } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import { evaluate } from './evaluate.ts'
import { entryRefused } from './messages.ts'
import { remarked } from './remarked.ts'
import { sampleContainer } from '../sample-container.ts'
import { inV3 } from './v2-rules.ts'

const settings: Settings = { httpEntryPoints: [], allowedReferences: [] }
const place = (section: SectionName, labels: Record<string, string> = {}) => ({
  section,
  name: 'web',
  origin: { container: 'web-1' },
  labels,
})

test('a remark names the label, and costs nothing', () => {
  const label = 'traefik.http.middlewares.web.basicAuth.users'
  const value = { basicAuth: { users: ['ann:hunter2'] } } as Value
  expect(remarked(place('http.middlewares', { [label]: 'ann:hunter2' }), value)).toEqual([
    {
      code: 'VALUE_USELESS',
      level: 'warning',
      message: expect.stringMatching(
        /^The middleware "web" is served, and can't do what was meant: basicAuth\.users\[0\] has no hash/,
      ),
      origin: { container: 'web-1' },
      label,
    },
  ])
})

test.each<[SectionName, Value, string]>([
  ['http.middlewares', { headers: { sslRedirect: true } }, 'warning'],
  ['http.middlewares', { ipWhiteList: { sourceRange: ['10.0.0.0/8'] } }, 'info'],
  ['http.routers', { ruleSyntax: 'v3' }, 'info'],
])('a field of %s on its way out: %j', (section, value, level) => {
  expect(remarked(place(section), value)).toMatchObject([{ code: 'FIELD_OBSOLETE', level }])
})

describe('a router with ruleSyntax=v2', () => {
  const spelled = (value: Value, section: SectionName = 'http.routers') => {
    const said: Diagnostic[] = []
    const result = inV3(place(section), value, settings, (diagnostic) => said.push(diagnostic))
    return { result, said: said.map(({ code, suggestion }) => `${code} ${suggestion ?? ''}`) }
  }
  const v2 = (rule: string, more: object = {}): Value => ({ rule, ruleSyntax: 'v2', service: 's', ...more })

  test.each([
    ['Host(`a.org`)', 'Host(`a.org`)', undefined],
    ['Host(`a.org`, `b.org`)', 'Host(`a.org`) || Host(`b.org`)', 22],
    ['HostHeader(`a.org`)', 'Host(`a.org`)', 19],
    ['HostRegexp(`{sub:[a-z]+}.a.org`)', 'HostRegexp(`^[a-z]+\\.a\\.org$`)', 32],
    ['Host(`a.org`) && !Path(`/a/{id}`)', 'Host(`a.org`) && !PathRegexp(`^/a/[^/]+$`)', 33],
    ['Headers(`a`, `b`)', 'Header(`a`, `b`)', 17],
  ])('and %s is served with %s', (rule, expected, priority) => {
    const { result, said } = spelled(v2(rule))
    expect(result).toEqual({ rule: expected, service: 's', ...(priority !== undefined && { priority }) })
    expect(said).toEqual([`RULE_MODERNIZED ${expected}`])
  })

  test('is not said to be served where it is left out for something else', () => {
    const plugin = definePlugin({
      name: 'one',
      labels: {},
      options: noOptions,
      contribute: () => ({ tcp: { routers: { r: { ...v2('HostSNI(`a.org`, `b.org`)'), entryPoints: ['tcp-25'] } } } }),
    })
    const { diagnostics } = evaluate(sampleContainer(), [{ plugin, options: undefined }], settings)
    expect(diagnostics.map(({ code }) => code)).toEqual(['ENTRY_REFUSED'])
  })

  test('keeps its own priority', () => {
    expect(spelled(v2('HostHeader(`a.org`)', { priority: 7 })).result).toMatchObject({ priority: 7 })
  })

  test('of TCP, too', () => {
    expect(spelled(v2('HostSNI(`a.org`, `b.org`)'), 'tcp.routers').result).toMatchObject({
      rule: 'HostSNI(`a.org`) || HostSNI(`b.org`)',
    })
  })

  test.each([
    'Query(`a=b`)',
    'Host(`*`)',
    'Host(`*.a.org`)',
    'Host(`{sub}.a.org`)',
    'HostRegexp(`a.org`)',
    'HostRegexp(`{sub:[A-Z]+}.a.org`)',
    'Path(`/{a`)',
    'PathRegexp(`^/a`)',
    'Headers(`a`, ``)',
    'Hots(`a.org`)',
    'Path(`/a\u200b`)',
    '(',
  ])('and %s has no spelling that is sure to be the same', (rule) => {
    const value = v2(rule)
    expect(spelled(value)).toEqual({ result: value, said: [] })
  })

  test.each<[SectionName, Value]>([
    ['http.routers', { rule: 'Host(`a`, `b`)', ruleSyntax: 'v3' }],
    ['http.routers', { rule: 'Host(`a`, `b`)' }],
    ['udp.routers', { ruleSyntax: 'v2' }],
  ])('is meant, and not %s %j', (section, value) => {
    expect(spelled(value, section)).toEqual({ result: value, said: [] })
  })
})

test('a rule that needs middlewares is suggested with their labels, behind those that are there', () => {
  const labels = { 'traefik.http.routers.web.middlewares': 'auth, gzip' }
  const error = {
    path: 'rule',
    reason: 'is wrong',
    hint: 'Path(`/`)',
    needs: [
      { kind: 'stripprefix', fields: { prefixes: '/x' } },
      { kind: 'replacepathregex', fields: { regex: '^/a/(.*)', replacement: '/$1' } },
    ],
  } as const
  expect(entryRefused(place('http.routers', labels), error).message).toContain(
    'Did you mean Path(`/`)? With traefik.http.middlewares.web-strip.stripprefix.prefixes=/x' +
      ' and traefik.http.middlewares.web-path-regex.replacepathregex.regex=^/a/(.*)' +
      ' and traefik.http.middlewares.web-path-regex.replacepathregex.replacement=/$1' +
      ' and traefik.http.routers.web.middlewares=auth,gzip,web-strip,web-path-regex (each $ as $$ in a compose file).',
  )
})
