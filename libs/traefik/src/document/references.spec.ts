import { expect, test } from '@jest/globals'
import type { SectionName } from '../schema/configuration.ts'
import { referencesOf, renameReferences } from './references.ts'

test.each<readonly [section: SectionName, value: unknown, references: readonly string[]]>([
  [
    'http.routers',
    {
      rule: 'A',
      service: 's',
      middlewares: ['a', 'b@file'],
      tls: { options: 'o', certResolver: 'le' },
      parentRefs: ['p'],
    },
    ['http.services/s', 'http.middlewares/a', 'http.middlewares/b@file', 'tls.options/o', 'http.routers/p'],
  ],
  ['http.routers', { service: '', middlewares: [], tls: {} }, []],
  [
    'http.services',
    { middlewares: ['m'], loadBalancer: { serversTransport: 't', servers: [{ url: 'http://a' }] } },
    ['http.middlewares/m', 'http.serversTransports/t'],
  ],
  [
    'http.services',
    { weighted: { services: [{ name: 'a' }, { weight: 1 }, { name: 'b' }] } },
    ['http.services/a', 'http.services/b'],
  ],
  ['http.services', { highestRandomWeight: { services: [{ name: 'a' }] } }, ['http.services/a']],
  ['http.services', { mirroring: { service: 'a', mirrors: [{ name: 'b' }] } }, ['http.services/a', 'http.services/b']],
  ['http.services', { failover: { service: 'a', fallback: 'b' } }, ['http.services/a', 'http.services/b']],
  ['http.middlewares', { chain: { middlewares: ['a', 'b'] } }, ['http.middlewares/a', 'http.middlewares/b']],
  ['http.middlewares', { errors: { service: 'e', query: '/' } }, ['http.services/e']],
  ['http.middlewares', { plugin: { dev: { service: 's', middlewares: ['m'] } } }, []],
  ['http.models', { middlewares: ['m'] }, ['http.middlewares/m']],
  [
    'tcp.routers',
    { service: 's', middlewares: ['m'], tls: { options: 'o' } },
    ['tcp.services/s', 'tcp.middlewares/m', 'tls.options/o'],
  ],
  ['tcp.services', { loadBalancer: { serversTransport: 't' } }, ['tcp.serversTransports/t']],
  ['tcp.services', { weighted: { services: [{ name: 'a' }] } }, ['tcp.services/a']],
  ['udp.routers', { service: 's', entryPoints: ['udp-53'] }, ['udp.services/s']],
  ['udp.services', { weighted: { services: [{ name: 'a' }] } }, ['udp.services/a']],
])('%s %j', (section, value, references) => {
  expect(
    referencesOf(section, value)
      .map(({ section, name }) => `${section}/${name}`)
      .sort(),
  ).toEqual([...references].sort())
})

test('renaming leaves everything else as it is, and the value alone', () => {
  const value = Object.freeze({
    rule: 'A',
    service: 's',
    middlewares: Object.freeze(['a']),
    priority: 3,
    tls: undefined,
  })
  expect(renameReferences('http.routers', value, ({ name }) => `${name}-64`)).toEqual({
    rule: 'A',
    service: 's-64',
    middlewares: ['a-64'],
    priority: 3,
    tls: undefined,
  })
  expect(value.service).toBe('s')
})

test('what refers to nothing is handed back itself', () => {
  const value = { stripPrefix: { prefixes: ['/a'] } }
  expect(renameReferences('http.middlewares', value, () => 'x')).toEqual(value)
})
