import { describe, expect, test } from '@jest/globals'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { Node } from '../schema/nodes.ts'
import { reachesOf, renameReaches } from './reaches.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

const inBalancer = (fields: object): object => ({ loadBalancer: { servers: [{ url: 'http://a' }], ...fields } })
const SERVER = 'loadBalancer.servers[0].url url http://a'

/** `?` behind what is implied. */
const shown = (section: SectionName, value: unknown): readonly string[] =>
  reachesOf(section, value).map(({ path, kind, text, implied }) => `${path} ${kind} ${text}${implied ? '?' : ''}`)

describe('what an entry makes Traefik reach for', () => {
  test.each<readonly [section: SectionName, value: unknown, reaches: readonly string[]]>([
    ['http.routers', { rule: 'Host(`a`)', service: 's', tls: { options: 'o', certResolver: 'le' } }, []],
    ['http.services', inBalancer({ passHostHeader: true, serversTransport: 't' }), [SERVER]],
    ['http.services', { loadBalancer: { servers: [] } }, []],
    ['http.services', { weighted: { services: [{ name: 'a' }] } }, []],
    [
      'http.services',
      inBalancer({ healthCheck: { path: '//evil/', scheme: 'https', hostname: 'a.com', followRedirects: true } }),
      [
        SERVER,
        'loadBalancer.healthCheck.path url-path //evil/',
        'loadBalancer.healthCheck.scheme url-scheme https',
        'loadBalancer.healthCheck.followRedirects redirects true',
      ],
    ],
    ['http.services', inBalancer({ healthCheck: { path: '', followRedirects: false } }), [SERVER]],
    [
      'http.services',
      inBalancer({ healthCheck: { interval: '1s' } }),
      [SERVER, 'loadBalancer.healthCheck.followRedirects redirects true?'],
    ],
    // With a health check of some port Traefik asks its own machine for such a server.
    ['http.services', { loadBalancer: { servers: [{ weight: 1 }] } }, ['loadBalancer.servers[0].url url ?']],
    ['http.services', { loadBalancer: { servers: [{ url: '' }] } }, ['loadBalancer.servers[0].url url ']],
    [
      'tcp.services',
      { loadBalancer: { servers: [{ address: 'a:1', tls: true }, { address: 'b:2' }], healthCheck: { port: 3 } } },
      ['loadBalancer.servers[0].address address a:1', 'loadBalancer.servers[1].address address b:2'],
    ],
    [
      'udp.services',
      { loadBalancer: { servers: [{ address: 'a:1' }, {}] } },
      ['loadBalancer.servers[0].address address a:1', 'loadBalancer.servers[1].address address ?'],
    ],
    ['http.middlewares', { stripPrefix: { prefixes: ['/a'] } }, []],
    ['http.middlewares', { basicAuth: { users: ['a:b'] } }, []],
    ['http.middlewares', { basicAuth: { usersFile: PEM } }, [`basicAuth.usersFile file ${PEM}`]],
    ['http.middlewares', { digestAuth: { usersFile: '/etc/passwd' } }, ['digestAuth.usersFile file /etc/passwd']],
    [
      'http.middlewares',
      { forwardAuth: { address: 'http://a', tls: { ca: '/ca', cert: PEM, key: 'key.pem', insecureSkipVerify: true } } },
      ['forwardAuth.address url http://a', 'forwardAuth.tls.ca file /ca', 'forwardAuth.tls.key file key.pem'],
    ],
    ['http.middlewares', { rateLimit: { average: 1 } }, []],
    [
      'http.middlewares',
      { rateLimit: { redis: { db: 1, tls: { ca: '-----BEGIN x' } } } },
      ['rateLimit.redis.tls.ca file -----BEGIN x', 'rateLimit.redis.endpoints[0] address localhost:6379?'],
    ],
    [
      'http.middlewares',
      { rateLimit: { redis: { endpoints: [] } } },
      ['rateLimit.redis.endpoints[0] address localhost:6379?'],
    ],
    ['http.middlewares', { rateLimit: { redis: { endpoints: [''] } } }, ['rateLimit.redis.endpoints[0] address ']],
    [
      'http.middlewares',
      { rateLimit: { redis: { endpoints: [' a:1 '] } } },
      ['rateLimit.redis.endpoints[0] address a:1'],
    ],
    [
      'http.middlewares',
      { rateLimit: { redis: { endpoints: ['a:1', 'b:2'] } } },
      [
        'rateLimit.redis.endpoints[0] address a:1',
        'rateLimit.redis.endpoints[1] address b:2',
        'rateLimit.redis.endpoints redirects true',
      ],
    ],
    ['http.middlewares', { plugin: { 'my.plugin': { url: 'http://x' } } }, ['plugin.my.plugin plugin my.plugin']],
    ['http.middlewares', { plugin: { '': {} } }, ['plugin. plugin ']],
    [
      'http.serversTransports',
      { rootCAs: ['/a', PEM], certificates: [{ certFile: 'c', keyFile: 'k' }, { certFile: PEM }], spiffe: {} },
      [
        'rootCAs[0] file /a',
        'certificates[0].certFile file c',
        'certificates[0].keyFile file k',
        'spiffe spiffe spiffe',
      ],
    ],
    [
      'tcp.serversTransports',
      { tls: { rootCAs: ['/a'], certificates: [{ certFile: 'c' }], spiffe: { ids: ['i'] } } },
      ['tls.rootCAs[0] file /a', 'tls.certificates[0].certFile file c', 'tls.spiffe spiffe spiffe'],
    ],
    ['tls.options', { clientAuth: { caFiles: ['/a'] }, sniStrict: true }, ['clientAuth.caFiles[0] file /a']],
    [
      'tls.stores',
      { defaultCertificate: { certFile: 'c', keyFile: PEM } },
      [' tls-store ', 'defaultCertificate.certFile file c'],
    ],
    ['tls.stores', { defaultGeneratedCert: { resolver: 'le' } }, [' tls-store ']],
  ])('%s %j', (section, value, reaches) => {
    expect(shown(section, value)).toEqual(reaches)
  })
})

describe('replacing', () => {
  test('leaves everything else as it is, and the value alone', () => {
    const value = Object.freeze({
      loadBalancer: Object.freeze({
        servers: Object.freeze([Object.freeze({ url: 'http://a', weight: 3 })]),
        passHostHeader: undefined,
        healthCheck: Object.freeze({ path: '/x' }),
      }),
    })
    const renamed = renameReaches('http.services', value, ({ kind, text }) => (kind === 'url' ? `${text}:1` : text))
    expect(renamed).toEqual({
      loadBalancer: {
        servers: [{ url: 'http://a:1', weight: 3 }],
        passHostHeader: undefined,
        healthCheck: { path: '/x' },
      },
    })
    expect(Object.keys(renamed.loadBalancer.healthCheck)).toEqual(['path'])
  })

  test('switches redirects off, those that are implied too', () => {
    const pinned = (healthCheck: object): unknown =>
      renameReaches('http.services', { loadBalancer: { healthCheck } }, ({ kind, text }) =>
        kind === 'redirects' ? 'false' : text,
      )
    const off = { loadBalancer: { healthCheck: { followRedirects: false } } }
    expect(pinned({})).toEqual(off)
    expect(pinned({ followRedirects: undefined })).toEqual(off)
    expect(pinned({ followRedirects: true })).toEqual(off)
    expect(pinned({ followRedirects: false })).toEqual(off)
  })

  test('writes out a default that is replaced', () => {
    const pinned = (redis: object): unknown =>
      renameReaches('http.middlewares', { rateLimit: { redis } }, () => '127.0.11.2:6379')
    expect(pinned({})).toEqual({ rateLimit: { redis: { endpoints: ['127.0.11.2:6379'] } } })
    expect(pinned({ endpoints: [] })).toEqual({ rateLimit: { redis: { endpoints: ['127.0.11.2:6379'] } } })
  })

  test('has no say in plugins and stores', () => {
    const plugin = { plugin: { a: { k: 'v' } } }
    expect(renameReaches('http.middlewares', plugin, () => 'x')).toEqual(plugin)
    const store = { defaultGeneratedCert: { resolver: 'le' } }
    expect(renameReaches('tls.stores', store, () => 'x')).toEqual(store)
  })

  test('hands back what reaches for nothing', () => {
    const value = { rule: 'Host(`a`)' }
    expect(renameReaches('http.routers', value, () => 'x')).toBe(value)
  })
})

function* marked(path: string, node: Node): Iterable<string> {
  if (node.marks.reaches) yield `${path} ${node.marks.reaches}`
  if (node.kind === 'map') yield* marked(`${path}.*`, node.value)
  if (node.kind === 'list') yield* marked(`${path}[]`, node.element)
  if (node.kind === 'struct')
    for (const [name, field] of Object.entries(node.fields)) yield* marked(`${path}.${name}`, field)
}

/** Names that in Traefik's configuration stand for something outside of it. */
const TELLING = /url|address|endpoint|file|^(ca|cert|key)$|rootCAs|redirects|^plugin$|spiffe|^scheme$|^path$/i
/** What is meant for clients, for paths of requests, or to switch something on. */
const HARMLESS = new Set([
  'http.services.*.loadBalancer.servers[].scheme',
  'http.services.*.loadBalancer.sticky.cookie.path',
  'http.services.*.weighted.sticky.cookie.path',
  'http.middlewares.*.replacePath.path',
  'http.middlewares.*.redirectScheme.scheme',
  'http.middlewares.*.forwardAuth.authSigninURL',
])

function* telling(path: string, node: Node): Iterable<string> {
  if (node.kind === 'map') yield* telling(`${path}.*`, node.value)
  if (node.kind === 'list') yield* telling(`${path}[]`, node.element)
  if (node.kind === 'struct')
    for (const [name, field] of Object.entries(node.fields)) {
      const at = `${path}.${name}`
      const isUnmarked = (field.kind === 'string' || field.kind === 'strings') && !field.marks.reaches
      if (isUnmarked && TELLING.test(name) && !HARMLESS.has(at)) yield at
      yield* telling(at, field)
    }
}

test('no field is forgotten whose name tells that it reaches for something', () => {
  expect([...sections].flatMap(([name, section]) => [...telling(name, section)])).toEqual([])
  expect([...sections].flatMap(([name, section]) => [...marked(name, section)])).toHaveLength(29)
})
