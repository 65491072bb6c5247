import { describe, expect, test } from '@jest/globals'
import { decodeLabels } from '../labels/decode.ts'
import { automaticRouter } from './automatic-router.ts'
import { link } from './link.ts'
import type { LinkProblem, Target } from './link.ts'

type Labels = Readonly<Record<string, string>>

const H = 'traefik.http'
const T = 'traefik.tcp'
const U = 'traefik.udp'

const automatic = automaticRouter({
  service: 'shop',
  network: 2816,
  baseDomain: 'example.com',
  entryPoints: ['websecure'],
  certResolver: 'le',
})

interface Outcome {
  readonly http: unknown
  readonly tcp: unknown
  readonly udp: unknown
  readonly codes: readonly string[]
}

/** All three protocols of a container called `shop` at 127.0.11.2, which exposes 80/tcp and 53/udp. */
function linked(labels: Labels, other: Partial<Target> = {}): Outcome {
  const problems: LinkProblem[] = []
  const target: Target = {
    service: 'shop',
    address: '127.0.11.2',
    exposedPort: (protocol) => (protocol === 'tcp' ? 80 : 53),
    automaticRouter: automatic,
    httpEntryPoints: ['websecure'],
    ...other,
  }
  const decoded = decodeLabels({ 'traefik.enable': 'true', ...labels })
  const [http, tcp, udp] = (['http', 'tcp', 'udp'] as const).map(
    (protocol) => link(protocol, decoded, target, (problem) => problems.push(problem))?.[protocol],
  )
  return { http, tcp, udp, codes: problems.map(({ code }) => code) }
}

const service = (url: string): object => ({ loadBalancer: { servers: [{ url }] } })
const address = (text: string): object => ({ loadBalancer: { servers: [{ address: text }] } })
const shop = { shop: service('http://127.0.11.2:80') }
const x = (serviceName: string): object => ({
  x: { rule: 'Host(`a`)', entryPoints: ['websecure'], service: serviceName },
})
const RULE = { [`${H}.routers.x.rule`]: 'Host(`a`)' }
const HOST = { [`${T}.routers.t.rule`]: 'HostSNI(`*`)', [`${T}.routers.t.entrypoints`]: 'tcp-25' }

describe('HTTP', () => {
  test.each<readonly [what: string, labels: Labels, expected: Partial<Outcome>]>([
    ['nothing but enable', {}, { http: { routers: { shop: { ...automatic, service: 'shop' } }, services: shop } }],
    ['a router', RULE, { http: { routers: x('shop'), services: shop } }],
    [
      'a service',
      { [`${H}.services.s.loadbalancer.server.port`]: '9' },
      { http: { routers: { shop: { ...automatic, service: 's' } }, services: { s: service('http://127.0.11.2:9') } } },
    ],
    [
      'a router and a service',
      { ...RULE, [`${H}.services.s.loadbalancer.server.port`]: '9' },
      { http: { routers: x('s'), services: { s: service('http://127.0.11.2:9') } } },
    ],
    [
      'two services, no router',
      { [`${H}.services.s.loadbalancer.server.port`]: '9', [`${H}.services.t.loadbalancer.server.port`]: '8' },
      {
        http: { services: { s: service('http://127.0.11.2:9'), t: service('http://127.0.11.2:8') } },
        codes: ['ROUTER_MISSING'],
      },
    ],
    [
      'two services, routers with and without one',
      {
        [`${H}.services.s.loadbalancer.server.port`]: '9',
        [`${H}.services.t.loadbalancer.server.port`]: '8',
        ...RULE,
        [`${H}.routers.x.service`]: 's',
        [`${H}.routers.y.rule`]: 'Host(`b`)',
        [`${H}.routers.z.rule`]: 'Host(`b`)',
        [`${H}.routers.z.service`]: '',
      },
      {
        http: { routers: x('s'), services: { s: service('http://127.0.11.2:9'), t: service('http://127.0.11.2:8') } },
        codes: ['SERVICE_AMBIGUOUS', 'SERVICE_AMBIGUOUS'],
      },
    ],
    [
      'a service elsewhere',
      { ...RULE, [`${H}.routers.x.service`]: 'api@file' },
      { http: { routers: x('api@file'), services: shop } },
    ],
    [
      'an empty rule, and fields of its own',
      { [`${H}.routers.x.rule`]: '', [`${H}.routers.x.priority`]: '3', [`${H}.routers.x.entrypoints`]: 'web' },
      {
        http: { routers: { x: { ...automatic, priority: 3, entryPoints: ['web'], service: 'shop' } }, services: shop },
      },
    ],
    [
      'only a middleware',
      { [`${H}.middlewares.m.compress`]: 'true' },
      { http: { routers: { shop: { ...automatic, service: 'shop' } }, services: shop } },
    ],
    [
      'only a TCP middleware',
      { [`${T}.middlewares.m.inflightconn.amount`]: '1' },
      { http: { routers: { shop: { ...automatic, service: 'shop' } }, services: shop }, tcp: undefined },
    ],
    [
      'a broken router is no reason for an automatic one',
      { [`${H}.routers.x.prio`]: '1' },
      { http: { services: shop } },
    ],
    [
      'a broken service is no reason for another',
      { ...RULE, [`${H}.services.s.loadbalancer.passhostheader`]: 'no' },
      { http: { routers: x('s') } },
    ],
    ['a broken protocol', { ...RULE, [`${H}.router.y.rule`]: 'A' }, { http: undefined }],
    [
      'a service without a load balancer',
      { ...RULE, [`${H}.services.s.middlewares`]: 'm' },
      { http: { routers: x('s') }, codes: ['SERVICE_WITHOUT_LOAD_BALANCER'] },
    ],
  ])('%s', (_, labels, expected) => {
    expect({ ...linked(labels), ...expected }).toEqual(linked(labels))
    expect(linked(labels).codes).toEqual(expected.codes ?? [])
  })

  test('without a base domain a router needs a rule', () => {
    expect(linked({}, { automaticRouter: undefined })).toMatchObject({
      codes: ['RULE_MISSING'],
      http: { services: shop },
    })
  })
})

describe('TCP and UDP', () => {
  test.each<readonly [what: string, labels: Labels, expected: Partial<Outcome>]>([
    [
      'a TCP router',
      HOST,
      {
        http: undefined,
        tcp: {
          routers: { t: { rule: 'HostSNI(`*`)', entryPoints: ['tcp-25'], service: 'shop' } },
          services: { shop: address('127.0.11.2:80') },
        },
      },
    ],
    [
      'and an HTTP middleware',
      { ...HOST, [`${H}.middlewares.m.compress`]: 'true' },
      { http: { routers: { shop: { ...automatic, service: 'shop' } }, services: shop } },
    ],
    [
      'a TCP router without a rule',
      { [`${T}.routers.t.entrypoints`]: 'db' },
      { http: undefined, tcp: { services: { shop: address('127.0.11.2:80') } }, codes: ['RULE_MISSING'] },
    ],
    [
      'a TCP router without an entry point',
      { [`${T}.routers.t.rule`]: 'HostSNI(`*`)' },
      { tcp: { services: { shop: address('127.0.11.2:80') } }, codes: ['ENTRY_POINTS_MISSING'] },
    ],
    [
      'only a TCP service',
      { [`${T}.services.s.loadbalancer.server.port`]: '5432', [`${T}.services.s.loadbalancer.server.tls`]: 'true' },
      {
        http: undefined,
        tcp: { services: { s: { loadBalancer: { servers: [{ address: '127.0.11.2:5432', tls: true }] } } } },
      },
    ],
    [
      'a UDP router',
      { [`${U}.routers.u.entrypoints`]: 'dns' },
      {
        http: undefined,
        udp: {
          routers: { u: { entryPoints: ['dns'], service: 'shop' } },
          services: { shop: address('127.0.11.2:53') },
        },
      },
    ],
    [
      'two UDP services',
      {
        [`${U}.services.s.loadbalancer.server.port`]: '1',
        [`${U}.services.t.loadbalancer.server.port`]: '2',
        [`${U}.routers.u.entrypoints`]: 'dns',
      },
      {
        udp: { services: { s: address('127.0.11.2:1'), t: address('127.0.11.2:2') } },
        codes: ['SERVICE_AMBIGUOUS'],
      },
    ],
    [
      'labels of a broken TCP protocol are not taken for none',
      { [`${T}.router.t.rule`]: 'A' },
      { http: undefined, tcp: undefined },
    ],
    ['two protocols at once', { ...HOST, ...RULE }, { http: { routers: x('shop'), services: shop } }],
  ])('%s', (_, labels, expected) => {
    expect({ ...linked(labels), ...expected }).toEqual(linked(labels))
    expect(linked(labels).codes).toEqual(expected.codes ?? [])
  })
})

describe('servers', () => {
  const server = (labels: Labels, other: Partial<Target> = {}): unknown => {
    const prefixed = Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [`${H}.services.s.loadbalancer.server.${key}`, value]),
    )
    const { http, codes } = linked({ ...prefixed, [`${H}.services.s.loadbalancer.passhostheader`]: 'true' }, other)
    const services = (http as { services?: Record<string, { loadBalancer: { servers: unknown[] } }> }).services
    return services?.['s']?.loadBalancer.servers[0] ?? codes
  }

  test.each<readonly [what: string, labels: Labels, expected: unknown]>([
    ['the exposed port', {}, { url: 'http://127.0.11.2:80' }],
    ['an empty port', { port: '' }, { url: 'http://127.0.11.2:80' }],
    ['a port', { port: '8080' }, { url: 'http://127.0.11.2:8080' }],
    ['a port with zeros', { port: '00080' }, { url: 'http://127.0.11.2:80' }],
    [
      'scheme, weight and path',
      { scheme: 'h2c', weight: '3', preservepath: 'true' },
      { url: 'h2c://127.0.11.2:80', weight: 3, preservePath: true },
    ],
    ['a scheme in capitals', { scheme: 'HTTPS' }, { url: 'https://127.0.11.2:80' }],
    ['an empty scheme', { scheme: '' }, { url: 'http://127.0.11.2:80' }],
    ['a URL', { url: 'http://h:1/x', weight: '2' }, { url: 'http://h:1/x', weight: 2 }],
    ['a URL and a port', { url: 'http://h:1/x', port: '1' }, ['SERVER_INVALID']],
    ['a URL and a scheme', { url: 'http://h:1/x', scheme: 'http' }, ['SERVER_INVALID']],
    ['a word for a port', { port: 'abc' }, ['SERVER_INVALID']],
    ['port 0', { port: '0' }, ['SERVER_INVALID']],
    ['port 65536', { port: '65536' }, ['SERVER_INVALID']],
    ['a port with a path', { port: '80/x' }, ['SERVER_INVALID']],
    ['a port with another host', { port: '80@evil:81' }, ['SERVER_INVALID']],
    ['another scheme', { scheme: 'file' }, ['SERVER_INVALID']],
    ['a scheme with more', { scheme: 'http://evil/' }, ['SERVER_INVALID']],
  ])('%s', (_, labels, expected) => {
    expect(server(labels)).toEqual(expected)
  })

  test('an IPv6 address stands in brackets', () => {
    expect(server({}, { address: 'fd00::2' })).toEqual({ url: 'http://[fd00::2]:80' })
  })

  test('no port at all leaves the service out; a URL needs none', () => {
    const none = { exposedPort: () => undefined }
    expect(server({}, none)).toEqual(['SERVER_INVALID'])
    expect(server({ url: 'http://h:1' }, none)).toEqual({ url: 'http://h:1' })
  })

  test('the image is asked only where no label gives the port', () => {
    const exposedPort = (): never => {
      throw new Error('asked')
    }
    expect(server({ port: '81' }, { exposedPort })).toEqual({ url: 'http://127.0.11.2:81' })
  })
})
