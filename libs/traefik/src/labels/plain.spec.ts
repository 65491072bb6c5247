import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodedWholly, decodeLabels } from './decode.ts'

/** Ends of keys: fields of every kind, spelled well and less well, and some that collide with each other. */
const ENDS = [
  ...[
    'rule',
    'Rule',
    'entrypoints',
    'entryPoints',
    'middlewares',
    'service',
    'priority',
    'tls',
    'TLS',
    'tls.certresolver',
  ],
  ...['tls.options', 'tls.domains[0].main', 'tls.domains[0].sans', 'tls.domains[10].main', 'tls.domains[x].main'],
  ...['tls.domains.main', 'tls.domains', 'observability.metrics', 'parentrefs', 'rulesyntax', 'tls.passthrough'],
  ...[
    'loadbalancer',
    'loadbalancer.server',
    'loadbalancer.server.port',
    'loadbalancer.server.url',
    'loadbalancer.servers[0].url',
  ],
  ...[
    'loadbalancer.server.weight',
    'loadbalancer.sticky',
    'loadbalancer.sticky.cookie',
    'loadbalancer.sticky.cookie.name',
  ],
  ...[
    'loadbalancer.healthcheck.interval',
    'loadbalancer.healthcheck.headers.X-A',
    'loadbalancer.healthcheck.headers.x-a',
  ],
  ...['loadbalancer.healthcheck.headers.X-A.b', 'loadbalancer.healthcheck.headers', 'weighted.services[0].name'],
  ...[
    'headers.customrequestheaders.X-A',
    'headers.customrequestheaders.constructor',
    'headers.customrequestheaders.__proto__',
  ],
  ...[
    'compress',
    'compress.minresponsebodybytes',
    'basicauth.users',
    'plugin.p.a',
    'ratelimit.average',
    'ratelimit.period',
  ],
  ...[
    'errors.statusrewrites.418',
    'stripprefix.prefixes',
    'stripprefix.prefixes[0]',
    'ipallowlist.sourcerange',
    'chain',
    '',
  ],
  ...['rule.', '.rule', 'rule[0]', 'rule]', 'nonsense', 'constructor', 'tls.resolvedoptions.x'],
]

const NAMES = ['web', 'Web', 'web-api', 'a.b', '5', 'constructor', '__proto__', 'ü', 'x[0]', '']
const SECTIONS = ['http.routers', 'http.services', 'http.middlewares', 'tcp.routers', 'tcp.services', 'udp.services']
const ODD = ['HTTP.routers', 'http.Routers', 'http.serverstransports', 'htpp.routers', 'tls.stores', 'httpd', 'http']
const VALUES = [
  '',
  'true',
  'TRUE',
  'false',
  '1',
  '80',
  '30s',
  'a',
  'a,b',
  ' a , b',
  'Host(`a.org`)',
  '${X}',
  '-1',
  'é',
  '9'.repeat(20),
]
const STRAYS = [
  ...[
    'traefik.enable',
    'Traefik.enable',
    'traefik.docker.network',
    'traefik.port',
    'traefik.frontend.rule',
    '-traefik.enable',
  ],
  ...[
    'rediacc.service_port',
    'com.docker.compose.service',
    'caddy',
    'traefik.http',
    'traefik',
    'traefik ',
    'trafik.enable',
  ],
]

const oneOf = (texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)

const routing = fc
  .tuple(
    fc.oneof({ weight: 12, arbitrary: oneOf(SECTIONS) }, oneOf(ODD)),
    fc.oneof(oneOf(NAMES.slice(0, 3)), oneOf(NAMES)),
    oneOf(ENDS),
  )
  .map(([section, name, end]) => ['traefik', section, name, end].join('.'))

const keys = fc.oneof({ weight: 8, arbitrary: routing }, oneOf(STRAYS), fc.string({ unit: 'binary' }))

/** Some labels, and some of them again in other letters. */
const labelSets = fc
  .tuple(
    fc.array(fc.tuple(keys, oneOf(VALUES), fc.boolean()), { maxLength: 12 }),
    fc.option(oneOf(VALUES), { freq: 8 }),
  )
  .map(([labels, enable]) =>
    Object.fromEntries([
      ['traefik.enable', enable ?? 'true'],
      ...labels.flatMap(([key, value, isTwice]) => [
        [key, value],
        ...(isTwice ? [[`traefik.${key.slice('traefik.'.length).toLowerCase()}`, value]] : []),
      ]),
    ] as [string, string][]),
  )

test('the quick way gives what the tree of labels gives, in the same order', () => {
  fc.assert(
    fc.property(labelSets, (labels) => {
      const [quick, whole] = [decodeLabels(labels, 'app'), decodedWholly(labels, 'app')]
      expect(quick).toEqual(whole)
      expect(orderIn(quick.configuration)).toBe(orderIn(whole.configuration))
    }),
    { numRuns: 2000 },
  )
})

/** The names of all fields, where they stand. */
const orderIn = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? String(field) : field))

test("what one container's labels come to is nobody else's", () => {
  const labels = { 'traefik.enable': 'true', 'traefik.http.routers.a.tls': 'true' }
  const [first, second] = [decodeLabels(labels), decodeLabels(labels)]
  Object.assign(first.configuration.http?.routers?.['a'] ?? {}, { rule: 'x' })
  ;(first.broken as Map<string, unknown>).set('http.routers', ['b'])
  expect(second).toEqual(decodeLabels(labels))
  expect(decodeLabels({}).broken).not.toBe(decodeLabels({}).broken)
})
