import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from './explain.ts'
import { graphOf } from './graph.ts'
import type { Provider, RawData } from './graph.ts'

/** What two real Traefiks answered for one container with most of what labels can say. */
const recorded = (provider: Provider): RawData =>
  JSON.parse(readFileSync(join(import.meta.dirname, `recorded/${provider}.json`), 'utf8')) as RawData

const shown = { name: 'recorded', services: { app: { labels: { 'traefik.enable': 'true' } } } }
const theirs = graphOf(recorded('docker'), 'docker')

/** Any part of the recorded answer, to be written to. */
type Tree = Record<string, Record<string, Record<string, unknown>>>

const unexplainedAfter = (plant: (data: Tree) => void): string[] => {
  const data = recorded('http') as Tree
  plant(data)
  return explain(theirs, graphOf(data as RawData, 'http'), shown).unexplained.map(({ kind, path, field }) =>
    field === undefined ? `${kind} ${path}` : `${path} ${field}`,
  )
}

/** Writes a value at a path such as `services.web-65536@http.loadBalancer.servers.0.url`, or removes what is there. */
function set(data: Tree, path: readonly string[], value: unknown): void {
  let part: Record<string, unknown> = data
  for (const key of path.slice(0, -1)) part = part[key] as Record<string, unknown>
  const last = path.at(-1) ?? ''
  if (value === undefined) Reflect.deleteProperty(part, last)
  else part[last] = value
}

const ROUTER = ['routers', 'websecure-web-65536@http']
const SERVICE = ['services', 'web-65536@http', 'loadBalancer']
const router = 'http.routers/websecure-web'
const service = 'http.services/web'

/** Where to plant, what, and where the difference must be found: one per kind of field. */
const PLANTED: readonly (readonly [what: string, path: readonly string[], value: unknown, found: string])[] = [
  ['a rule', [...ROUTER, 'rule'], 'Host(`other.example.com`)', `${router} fields.rule`],
  ['an entry point', [...ROUTER, 'entryPoints'], ['web'], `${router} fields.entryPoints[0]`],
  [
    'the order of middlewares',
    [...ROUTER, 'middlewares'],
    ['limit-65536@http', 'auth-65536@http'],
    `${router} fields.middlewares[0]`,
  ],
  ['a middleware left out', [...ROUTER, 'middlewares'], ['limit-65536@http'], `${router} fields.middlewares`],
  ['the service of a router', [...ROUTER, 'service'], 'other-65536', `${router} fields.service`],
  ['a priority', [...ROUTER, 'priority'], 13, `${router} fields.priority`],
  ['a certificate resolver', [...ROUTER, 'tls', 'certResolver'], 'other', `${router} fields.tls.certResolver`],
  ['a domain of a certificate', [...ROUTER, 'tls', 'domains', '0', 'sans'], [], `${router} fields.tls.domains[0].sans`],
  ['what is observed', [...ROUTER, 'observability', 'accessLogs'], true, `${router} fields.observability.accessLogs`],
  ['a status', [...ROUTER, 'status'], 'warning', `${router} status`],
  ['an error', [...ROUTER, 'error'], ['no'], `${router} errors`],
  [
    'a server',
    [...SERVICE, 'servers', '0', 'url'],
    'http://127.1.0.3:8080',
    `${service} fields.loadBalancer.servers[0].url`,
  ],
  ['a weight', [...SERVICE, 'servers', '0', 'weight'], undefined, `${service} fields.loadBalancer.servers[0].weight`],
  ['a switch that is off', [...SERVICE, 'passHostHeader'], true, `${service} fields.loadBalancer.passHostHeader`],
  [
    'a cookie name that was given',
    [...SERVICE, 'sticky', 'cookie', 'name'],
    'other',
    `${service} fields.loadBalancer.sticky.cookie.name`,
  ],
  ['a duration', [...SERVICE, 'healthCheck', 'interval'], '30s', `${service} fields.loadBalancer.healthCheck.interval`],
  [
    'a password',
    ['middlewares', 'auth-65536@http', 'basicAuth', 'users', '0'],
    'admin:x',
    'http.middlewares/auth fields.basicAuth.users[0]',
  ],
  [
    'a default',
    ['middlewares', 'limit-65536@http', 'rateLimit', 'burst'],
    2,
    'http.middlewares/limit fields.rateLimit.burst',
  ],
  [
    'a header',
    ['middlewares', 'hsts-65536@http', 'headers', 'customResponseHeaders', 'X-Frame-Options'],
    '',
    'http.middlewares/hsts fields.headers.customResponseHeaders.X-Frame-Options',
  ],
  [
    'a range of addresses',
    ['tcpMiddlewares', 'office-65536@http', 'ipAllowList', 'sourceRange'],
    [],
    'tcp.middlewares/office fields.ipAllowList.sourceRange',
  ],
  [
    'TLS passed through',
    ['tcpRouters', 'db-65536@http', 'tls', 'passthrough'],
    false,
    'tcp.routers/db fields.tls.passthrough',
  ],
  [
    'a version',
    ['tcpServices', 'db-65536@http', 'loadBalancer', 'proxyProtocol', 'version'],
    2,
    'tcp.services/db fields.loadBalancer.proxyProtocol.version',
  ],
  [
    'a UDP entry point',
    ['udpRouters', 'dns-65536@http', 'entryPoints'],
    ['udp-54'],
    'udp.routers/dns fields.entryPoints[0]',
  ],
  [
    'a UDP address',
    ['udpServices', 'dns-65536@http', 'loadBalancer', 'servers', '0', 'address'],
    '127.1.0.2:54',
    'udp.services/dns fields.loadBalancer.servers[0].address',
  ],
  ['a service that is missing', ['tcpServices', 'db-65536@http'], undefined, 'missing tcp.services/db'],
  ['a middleware that is missing', ['middlewares', 'hsts-65536@http'], undefined, 'missing http.middlewares/hsts'],
]

describe('the comparison', () => {
  test('finds nothing where both Traefiks hold the same under the names of two providers', () => {
    expect(unexplainedAfter(() => undefined)).toEqual([])
  })

  test.each(PLANTED)('finds %s', (_, path, value, found) => {
    expect(unexplainedAfter((data) => set(data, path, value))).toContain(found)
  })

  test('finds what only we have', () => {
    expect(
      unexplainedAfter((data) => (data['routers'] = { ...data['routers'], 'more-65536@http': { rule: 'Host(`x`)' } })),
    ).toEqual(['extra http.routers/more'])
  })

  test('takes a name without the ID of the network for another name', () => {
    const rename = (data: Tree): void => {
      const { 'auth-65536@http': auth = {}, ...others } = data['middlewares'] ?? {}
      data['middlewares'] = { ...others, 'auth-65600@http': auth }
    }
    expect(unexplainedAfter(rename)).toEqual(['missing http.middlewares/auth', 'extra http.middlewares/auth-65600'])
  })
})
