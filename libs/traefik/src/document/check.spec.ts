import { describe, expect, test } from '@jest/globals'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import { checkEntry } from './check.ts'

const paths = (section: SectionName, value: unknown, name = 'x-64'): string[] =>
  checkEntry(section, name, value).map(({ path }) => path)

const inBalancer = (fields: object): object => ({ loadBalancer: fields })
const inPlugin = (options: unknown): object => ({ plugin: { dev: options } })
const MARK = '\u2551'

describe('accepted', () => {
  test.each<readonly [what: string, section: SectionName, value: unknown]>([
    ['an empty router', 'http.routers', {}],
    ['an empty middleware', 'http.middlewares', {}],
    ['an empty service', 'http.services', {}],
    ['an empty store', 'tls.stores', {}],
    ['tls without content', 'http.routers', { tls: {} }],
    ['a list of nothing', 'http.services', inBalancer({ servers: [] })],
    ['an empty list element', 'http.services', inBalancer({ servers: [{}] })],
    ['an empty domain', 'tcp.routers', { tls: { domains: [{}] } }],
    ['sticky and its cookie without content', 'http.services', inBalancer({ sticky: { cookie: {} } })],
    ['compress without content', 'http.middlewares', { compress: {} }],
    ['fields that are undefined', 'http.routers', { rule: 'A', tls: undefined }],
    ['empty texts and lists', 'http.routers', { rule: '', entryPoints: [], middlewares: [''] }],
    ['the largest numbers', 'http.middlewares', { rateLimit: { average: 2n ** 63n - 1n, burst: -(2n ** 63n) } }],
    ['durations', 'http.services', inBalancer({ healthCheck: { interval: '1m30s', timeout: '-15' } })],
    ['a plugin without options', 'http.middlewares', inPlugin({})],
    [
      'options',
      'http.middlewares',
      inPlugin({ a: 'x', '': 'y', '[0]': 'z', l: ['', 'b'], m: [{ k: 'v' }, {}], n: {} }),
    ],
    [
      'headers with names of all kinds',
      'http.middlewares',
      { headers: { customRequestHeaders: { '': 'a', '[0]': MARK } } },
    ],
    ['what a label may not say', 'http.services', { weighted: { services: [{ name: 'a', weight: 0 }] } }],
    ['the port of a TCP server', 'tcp.services', inBalancer({ servers: [{ address: 'a:1', port: '1' }] })],
    ['an idle UDP service', 'udp.services', inBalancer({ servers: [] })],
  ])('%s', (_, section, value) => {
    expect(checkEntry(section, 'x-64', value)).toEqual([])
  })
})

describe('refused, because Traefik would refuse the whole document', () => {
  test.each<readonly [what: string, section: SectionName, value: unknown, path: string]>([
    ['null', 'http.routers', null, ''],
    ['a text for an entry', 'http.routers', 'x', ''],
    ['a list for an entry', 'http.routers', [], ''],
    ['an unknown field', 'http.routers', { prio: 1 }, 'prio'],
    ['a field in another case', 'http.routers', { Rule: 'A' }, 'Rule'],
    ['an inherited name', 'http.routers', { constructor: 'x' }, 'constructor'],
    ['__proto__', 'http.routers', JSON.parse('{"__proto__": {"rule": "A"}}'), '__proto__'],
    ['an internal field', 'http.middlewares', { urlRewrite: {} }, 'urlRewrite'],
    [
      'a field that only labels set',
      'http.services',
      inBalancer({ servers: [{ port: '80' }] }),
      'loadBalancer.servers[0].port',
    ],
    ['an empty load balancer', 'http.services', inBalancer({}), 'loadBalancer'],
    ['one with undefined fields only', 'http.services', inBalancer({ servers: undefined }), 'loadBalancer'],
    ['an empty middleware type', 'http.middlewares', { headers: {} }, 'headers'],
    ['an empty map', 'http.middlewares', { headers: { customRequestHeaders: {} } }, 'headers.customRequestHeaders'],
    [
      'sticky without content where it may not',
      'http.services',
      { weighted: { services: [], sticky: {} } },
      'weighted.sticky',
    ],
    ['no plugin', 'http.middlewares', { plugin: {} }, 'plugin'],
    ['an empty client authentication', 'tls.options', { clientAuth: {} }, 'clientAuth'],
    ['null within', 'http.routers', { tls: null }, 'tls'],
    ['a number for a text', 'http.routers', { rule: 1 }, 'rule'],
    ['a symbol', 'http.routers', { rule: Symbol('x') }, 'rule'],
    ['a function', 'http.routers', { rule: () => 'x' }, 'rule'],
    ['a text for a list', 'http.routers', { entryPoints: 'web' }, 'entryPoints'],
    ['a map for a list', 'http.services', inBalancer({ servers: { 0: {} } }), 'loadBalancer.servers'],
    ['null in a list', 'http.routers', { entryPoints: ['web', null] }, 'entryPoints[1]'],
    ['a text in a list of maps', 'http.services', inBalancer({ servers: ['x'] }), 'loadBalancer.servers[0]'],
    ['a list for a map', 'http.middlewares', { headers: { customRequestHeaders: [] } }, 'headers.customRequestHeaders'],
    ['a text for a boolean', 'http.services', inBalancer({ passHostHeader: 'false' }), 'loadBalancer.passHostHeader'],
    ['a fraction', 'http.routers', { priority: 1.5 }, 'priority'],
    ['NaN', 'http.routers', { priority: NaN }, 'priority'],
    ['a number that lost its precision', 'http.routers', { priority: 2 ** 53 }, 'priority'],
    ['more than 64 bits', 'http.routers', { priority: 2n ** 63n }, 'priority'],
    [
      'a duration without a unit',
      'http.services',
      inBalancer({ healthCheck: { interval: '1.5' } }),
      'loadBalancer.healthCheck.interval',
    ],
    [
      'a number for a duration',
      'http.services',
      inBalancer({ healthCheck: { interval: 15 } }),
      'loadBalancer.healthCheck.interval',
    ],
    ['half a character', 'http.routers', { rule: 'a\ud800b' }, 'rule'],
    ['half a character in a name', 'http.middlewares', inPlugin({ 'k\udc00': 'v' }), 'plugin.dev.k\udc00'],
    [
      'a long name',
      'http.middlewares',
      { headers: { customRequestHeaders: { [`X${'\u00e9'.repeat(167)}`]: '' } } },
      `headers.customRequestHeaders.X${'\u00e9'.repeat(167)}`,
    ],
    ['the mark of a list in an item', 'http.routers', { entryPoints: [`a${MARK}b`] }, 'entryPoints[0]'],
    ['options that are a text', 'http.middlewares', inPlugin('x'), 'plugin.dev'],
    ['options that are a list', 'http.middlewares', inPlugin(['x']), 'plugin.dev'],
    ['a number among options', 'http.middlewares', inPlugin({ a: 1 }), 'plugin.dev.a'],
    ['an option that begins with the mark', 'http.middlewares', inPlugin({ a: `${MARK}x` }), 'plugin.dev.a'],
    ['the mark in a list of options', 'http.middlewares', inPlugin({ a: ['x', `y${MARK}`] }), 'plugin.dev.a[1]'],
    ['a list in a list', 'http.middlewares', inPlugin({ a: [['x']] }), 'plugin.dev.a[0]'],
    ['texts and maps in a list', 'http.middlewares', inPlugin({ a: ['x', {}] }), 'plugin.dev.a[1]'],
    ['maps and texts in a list', 'http.middlewares', inPlugin({ a: [{}, 'x'] }), 'plugin.dev.a[1]'],
    ['no name below an option', 'http.middlewares', inPlugin({ a: { '': 'x' } }), 'plugin.dev.a.'],
    ['no name in a list of maps', 'http.middlewares', inPlugin({ a: [{ '': 'x' }] }), 'plugin.dev.a[0].'],
    ['an index for a name', 'http.middlewares', inPlugin({ a: { '[0]': 'x' } }), 'plugin.dev.a.[0]'],
  ])('%s', (_, section, value, path) => {
    expect(paths(section, value)).toEqual([path])
  })

  test('options without end', () => {
    const endless: Record<string, unknown> = {}
    endless['a'] = endless
    expect(paths('http.middlewares', inPlugin(endless))).toHaveLength(1)
    expect(paths('http.middlewares', inPlugin({ a: [endless] }))).toHaveLength(1)
  })

  test.each([['x'.repeat(1_001)], ['\u00e9'.repeat(167)], ['a@docker'], ['\ud800'], ['']])('the name %.20j', (name) => {
    expect(paths('http.routers', {}, name)).toEqual([''])
  })
  test.each([['x'.repeat(1_000)], ['__proto__'], ['<<'], ['null'], ['a: b\n'], [' ']])('but not %.20j', (name) => {
    expect(paths('http.routers', {}, name)).toEqual([])
  })
  test('a section that does not exist', () => {
    expect(paths('tls.certificates' as SectionName, {})).toEqual([''])
  })
})

test('a near match is said', () => {
  expect(checkEntry('http.routers', 'x', { middleware: ['a'] })[0]?.reason).toContain('did you mean "middlewares"?')
})

test('every mistake is said, each with its place', () => {
  expect(
    paths('http.services', { loadBalancer: { servers: [{ url: 1 }, {}, { weight: 'x' }], foo: 1 }, bar: 1 }),
  ).toEqual(['loadBalancer.servers[0].url', 'loadBalancer.servers[2].weight', 'loadBalancer.foo', 'bar'])
})

test('all thirteen sections are known', () => {
  expect([...sections.keys()].sort()).toEqual([
    'http.middlewares',
    'http.models',
    'http.routers',
    'http.serversTransports',
    'http.services',
    'tcp.middlewares',
    'tcp.routers',
    'tcp.serversTransports',
    'tcp.services',
    'tls.options',
    'tls.stores',
    'udp.routers',
    'udp.services',
  ])
})
