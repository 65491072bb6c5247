import { describe, expect, test } from '@jest/globals'
import type { Diagnostic, Settings } from '@route-server/plugin-api'
import { DEFAULT_POLICY } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'
import { screen } from './screen.ts'

const settings: Settings = { httpEntryPoints: [], allowedReferences: ['secure@file', 'default@file'] }

function screened(fragment: unknown): {
  readonly paths: string[]
  readonly said: Diagnostic[]
  readonly values: unknown[]
} {
  const said: Diagnostic[] = []
  const origin = { plugin: 'test' }
  const container = sampleContainer()
  const { entries } = screen(fragment, {
    container,
    identity: { serviceName: 'web', service: 'web', address: '127.0.11.2' },
    policy: DEFAULT_POLICY,
    origin,
    settings,
    report: (diagnostic) => void said.push(diagnostic),
  })
  return { paths: entries.map(({ path }) => path), said, values: entries.map(({ value }) => value) }
}

const router = { rule: 'Host(`a`)', service: 's' }
const everyConnection = { rule: 'HostSNI(`*`)', service: 's' }
const routers = (named: object): object => ({ http: { routers: named } })

describe("what is sound goes through, under the network's names", () => {
  test('a router that asks for a port keeps its own entry points, which this machine must have, and then asks no more', () => {
    const fragment = {
      tcp: { routers: { db: everyConnection, own: { ...everyConnection, entryPoints: ['tcp-25', 'tcp-26'] } } },
      ports: { db: { protocol: 'tcp', port: 5432 }, own: { protocol: 'tcp', port: 5432 } },
    }
    const said: Diagnostic[] = []
    const { entries } = screen(fragment, {
      container: sampleContainer(),
      identity: { serviceName: 'web', service: 'web', address: '127.0.11.2' },
      policy: DEFAULT_POLICY,
      origin: { plugin: 'test' },
      settings: { ...settings, entryPoints: ['tcp-25'] },
      report: (diagnostic) => void said.push(diagnostic),
    })
    expect(entries.map(({ path, value, asks }) => [path, value['entryPoints'], asks?.port])).toEqual([
      ['tcp.routers/db-2816', undefined, 5432],
      ['tcp.routers/own-2816', ['tcp-25'], undefined],
    ])
    expect(said.map(({ code }) => code)).toEqual(['ENTRY_POINT_UNREGISTERED'])
  })

  test("a service's health checks, a second apart at least, for every server would take Traefik's time", () => {
    const services = (interval: string): object => ({
      s: { loadBalancer: { servers: [{ url: 'http://127.0.11.2' }], healthCheck: { path: '/', interval } } },
    })
    const { said, values } = screened({ http: { services: services('1ns') } })
    expect(values).toMatchObject([{ loadBalancer: { healthCheck: { interval: '1s' } } }])
    expect(said.map(({ code, level }) => `${code} ${level}`)).toEqual(['HEALTH_CHECK_PACED warning'])
    expect(screened({ http: { services: services('2s') } }).said).toEqual([])
  })

  test('a router and what it refers to', () => {
    const { entries } = screen(
      routers({ web: { ...router, middlewares: ['a', 'b@docker', 'c@http', 'd@file', 'secure@file'] } }),
      {
        container: sampleContainer(),
        identity: { serviceName: 'web', service: 'web', address: '127.0.11.2' },
        policy: DEFAULT_POLICY,
        origin: { plugin: 'test' },
        settings,
        report: () => undefined,
      },
    )
    expect(entries[0]).toMatchObject({
      path: 'http.routers/web-2816',
      name: 'web-2816',
      value: { service: 's-2816', middlewares: ['a-2816', 'b-2816', 'c-2816', 'd-2816', 'secure@file'] },
      references: [
        { path: 'http.services/s-2816' },
        { path: 'http.middlewares/a-2816' },
        { path: 'http.middlewares/b-2816' },
        { path: 'http.middlewares/c-2816' },
        { path: 'http.middlewares/d-2816', said: 'd@file' },
      ],
      origins: [{ plugin: 'test' }],
    })
  })

  test('the name of another network is only part of a name', () => {
    expect(screened(routers({ 'web-64': { ...router, service: 's-64' } }))).toMatchObject({
      paths: ['http.routers/web-64-2816'],
      values: [{ service: 's-64-2816' }],
    })
  })

  test("Traefik's own default TLS options keep their name", () => {
    expect(screened(routers({ web: { ...router, tls: { options: 'default' } } })).values).toMatchObject([
      { tls: { options: 'default' } },
    ])
  })

  test.each(['__proto__', 'constructor', '<<', 'null', 'a: b', '-', 'x'.repeat(990)])('the name %.20s', (name) => {
    const { paths, said } = screened(routers(Object.fromEntries([[name, router]])))
    expect(paths).toEqual([`http.routers/${name}-2816`])
    expect(said).toEqual([])
  })
})

describe("references to what is not the network's own", () => {
  test.each(['api@internal', 'x@kubernetescrd', 'a@b@docker', '@file', 'secure@file@docker'])('%s', (name) => {
    const { paths, said } = screened(routers({ web: { ...router, middlewares: [name] }, ok: router }))
    expect(paths).toEqual(['http.routers/ok-2816'])
    expect(said).toMatchObject([{ code: 'REFERENCE_NOT_ALLOWED', message: expect.stringContaining(`"${name}"`) }])
  })
})

describe('what is not sound is left out alone, with a word', () => {
  test.each<readonly [what: string, fragment: unknown]>([
    ['null', null],
    ['a text', 'http'],
    ['a number', 1],
    ['a function', () => ({})],
    ['a symbol', Symbol('x')],
    ['a list', []],
    ['a section that is a list', { http: { routers: [] } }],
    ['a section that is null', { http: { routers: null } }],
    ['a part that is a text', { http: 'x' }],
    ['an unknown part', { https: { routers: {} } }],
    ['an unknown section', { http: { router: { x: router } } }],
    ['an inherited section', { http: { constructor: { x: router } } }],
    ['a section without entries of its own', { tls: { certificates: [{ certFile: 'x' }] } }],
    ['__proto__', JSON.parse('{"__proto__": {"routers": {"x": {}}}}')],
    ['an unknown field', routers({ web: { ...router, foo: 1 } })],
    ['an empty struct', { http: { services: { s: { loadBalancer: {} } } } }],
    ['a list for a map', routers({ web: [router] })],
    ['a symbol for a text', routers({ web: { rule: Symbol('x') } })],
    ['a name with an @', routers({ 'web@docker': router })],
    ['a long name', routers({ ['x'.repeat(1_000)]: router })],
    ['half a character', routers({ 'x\ud800': router })],
    ['a date', routers({ web: { ...router, tls: { domains: new Date(0) } } })],
  ])('%s', (_, fragment) => {
    const { paths, said } = screened(fragment)
    expect(paths).toEqual([])
    expect(said.map(({ code }) => code)).toEqual(['FRAGMENT_INVALID'])
  })

  test('its neighbours stay', () => {
    const { paths } = screened({
      http: { routers: { a: { bad: 1 }, b: router }, nonsense: { c: {} } },
      nonsense: {},
      udp: { services: { d: { loadBalancer: { servers: [] } } } },
    })
    expect(paths).toEqual(['http.routers/b-2816', 'udp.services/d-2816'])
  })

  test('a flood of mistakes in one entry is cut short', () => {
    const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`field${i}`, 1]))
    expect(screened(routers({ web: fields })).said).toHaveLength(5)
  })
})

describe('what is checked is what is rendered', () => {
  test('a getter is read once', () => {
    let reads = 0
    const shifty = {
      get rule(): unknown {
        return reads++ === 0 ? 'Host(`a`)' : { evil: true }
      },
    }
    expect(screened(routers({ web: shifty })).values).toEqual([{ rule: 'Host(`a`)' }])
    expect(reads).toBe(1)
  })

  test('a proxy is copied', () => {
    const proxy = new Proxy({ rule: 'Host(`a`)' }, { get: (target, key) => Reflect.get(target, key) as unknown })
    expect(screened(routers(new Proxy({ web: proxy }, {}))).values).toEqual([{ rule: 'Host(`a`)' }])
  })

  test('a list with methods of its own is a list', () => {
    class Sly extends Array<unknown> {
      override map(): never[] {
        return [{ evil: true }] as never[]
      }
    }
    const { values } = screened(routers({ web: { rule: 'Host(`a`)', entryPoints: Sly.from(['web']) } }))
    expect(values).toEqual([{ rule: 'Host(`a`)', entryPoints: ['web'] }])
  })

  test('changing the fragment afterwards changes nothing', () => {
    const fragment = { http: { routers: { web: { rule: 'Host(`a`)', entryPoints: ['web'] } } } }
    const { values } = screened(fragment)
    fragment.http.routers.web.entryPoints.push('evil')
    expect(values).toEqual([{ rule: 'Host(`a`)', entryPoints: ['web'] }])
  })
})

/** So many middlewares, and sections that there aren't. */
const many = (middlewares: number, sections: number): object => {
  const named = (count: number, value: object): object =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, value]))
  return { http: { middlewares: named(middlewares, { compress: {} }) }, gopher: named(sections, {}) }
}

test('so much is looked at, and no more', () => {
  expect(screened(many(1_990, 10)).paths).toHaveLength(1_990)
  expect(() => screened(many(1_990, 11))).toThrow('has 2001 routers, services and so on, and 2000 are allowed')
})

describe('what has no end throws, and soon', () => {
  const cycle: Record<string, unknown> = {}
  cycle['http'] = cycle
  let laughter: object = {}
  for (let i = 0; i < 60; i++) laughter = { a: laughter, b: laughter }

  test.each<readonly [what: string, fragment: unknown]>([
    ['a circle', cycle],
    ['a billion laughs', { http: { routers: laughter } }],
    ['a list of four billion holes', routers({ web: { entryPoints: new Array(2 ** 32 - 1) } })],
    ['a list longer than it is', routers({ web: { entryPoints: new Proxy([], { get: () => 2 ** 40 }) } })],
    [
      'a getter that throws',
      routers({
        get web(): never {
          throw new Error('no')
        },
      }),
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    ],
  ])('%s', (_, fragment) => {
    expect(() => screened(fragment)).toThrow()
  })
})
