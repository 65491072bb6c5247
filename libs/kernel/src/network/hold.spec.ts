import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Fragment, Settings } from '@route-server/plugin-api'
import { buildErrors, checkEntry, checkVersion, TRAEFIK_VERSIONS } from '@route-server/traefik'
import { parse } from 'yaml'
import { createKernel, diagnosticsOf } from '../kernel.ts'
import { residentsOf } from '../life/presence.ts'
import { render } from '../render.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'
import { holdMiddleware } from './hold.ts'

const settings: Settings = { httpEntryPoints: ['websecure'], allowedReferences: ['own@file', 'api@internal'] }

/** Contributes what a label says. */
const told = definePlugin({
  name: 'told',
  labels: {},
  options: noOptions,
  contribute: ({ labels }) => (labels['told'] === undefined ? undefined : (JSON.parse(labels['told']) as Fragment)),
})

const container = (http: object, fields: Partial<Container> = {}): Container =>
  sampleContainer({ ...fields, labels: { told: JSON.stringify({ http }), ...fields.labels } })

type Named = Readonly<Record<string, { readonly middlewares?: readonly string[] }>>

function documented(containers: readonly Container[], policy: Partial<Policy> = {}) {
  const kernel = createKernel([{ plugin: told, options: undefined }], settings, { ...DEFAULT_POLICY, ...policy })
  const { bytes, networks } = render(kernel, residentsOf([{ network: 2816, daemon: 'd', containers }]))
  const { http = {} } = parse(new TextDecoder().decode(bytes)) as { http?: { routers?: Named; middlewares?: Named } }
  return {
    middlewaresOf: (router: string) => http.routers?.[`${router}-2816`]?.middlewares,
    isRouted: (router: string) => http.routers?.[`${router}-2816`] !== undefined,
    hold: http.middlewares?.['rediacc.hold-2816'],
    said: networks.flatMap(diagnosticsOf).map(({ code, message }) => `${code} ${message}`),
  }
}

const OURS = 'http://127.0.11.2:80'
const balancer = (...urls: readonly string[]): object => ({ loadBalancer: { servers: urls.map((url) => ({ url })) } })
const router = (more: object = {}): object => ({ rule: 'Host(`a`)', service: 's', ...more })
const web = (more: object = {}, services: object = { s: balancer(OURS) }, middlewares?: object): object => ({
  routers: { r: router(more) },
  services,
  ...(middlewares && { middlewares }),
})

const HOLD = 'rediacc.hold-2816'

describe('the hold', () => {
  test.each(TRAEFIK_VERSIONS)('is nothing that Traefik %s would refuse', (version) => {
    for (const milliseconds of [1, 200, 10_000, 300_000]) {
      const value = holdMiddleware(milliseconds)
      expect(checkEntry('http.middlewares', HOLD, value)).toEqual([])
      expect(checkVersion('http.middlewares', value, version)).toEqual([])
      expect(buildErrors('http.middlewares', value, settings)).toEqual([])
    }
  })

  test.each([1, 50, 200, 500, 1_000, 10_000, 60_000, 300_000])(
    'of %i ms lasts so long, and one interval more at most',
    (milliseconds) => {
      const { attempts, initialInterval } = holdMiddleware(milliseconds)['retry'] as {
        attempts: number
        initialInterval: string
      }
      const interval = Number.parseInt(initialInterval)
      const growth = 2 ** (1 / (attempts - 1))
      let waited = 0
      for (let n = 0, wait = interval; n < attempts - 1; n += 1, wait *= growth) waited += wait
      expect(waited).toBeGreaterThanOrEqual(milliseconds - 0.001)
      expect(waited).toBeLessThanOrEqual(milliseconds + 2 * interval)
    },
  )

  test('is the innermost middleware of a router before a container, and there once', () => {
    const { middlewaresOf, hold } = documented([
      container({
        routers: { r: router({ middlewares: ['m'] }), plain: router({ rule: 'Host(`b`)' }) },
        services: { s: balancer(OURS) },
        middlewares: { m: { stripPrefix: { prefixes: ['/x'] } } },
      }),
    ])
    expect(middlewaresOf('r')).toEqual(['m-2816', HOLD])
    expect(middlewaresOf('plain')).toEqual([HOLD])
    expect(hold).toEqual({ retry: { attempts: 16, initialInterval: '500ms' } })
  })

  test('stands before what compresses, whose header it would undo', () => {
    const compressing = { auth: { basicAuth: { users: ['a:$2y$05$b'] } }, z: { compress: {} } }
    const { middlewaresOf } = documented([container(web({ middlewares: ['auth', 'z'] }, undefined, compressing))])
    expect(middlewaresOf('r')).toEqual(['auth-2816', HOLD, 'z-2816'])
  })

  test('is nowhere where the operator says so', () => {
    const { middlewaresOf, hold } = documented([container(web())], { hold: 0 })
    expect([middlewaresOf('r'), hold]).toEqual([undefined, undefined])
  })

  test('of another length has as many attempts as fill it', () => {
    expect(documented([container(web())], { hold: 1_000 }).hold).toEqual({
      retry: { attempts: 3, initialInterval: '500ms' },
    })
  })

  test("isn't there where the only router that would use it may not be served", () => {
    const other = documented([container(web())], { hosts: { a: 64 }, forks: 'refuse' })
    expect([other.isRouted('r'), other.hold]).toEqual([false, undefined])
  })
})

describe('a router has none', () => {
  test.each<[string, object]>([
    ['that has a retry', web({ middlewares: ['m'] }, undefined, { m: { retry: { attempts: 2 } } })],
    [
      'that has a retry in a chain of chains',
      web({ middlewares: ['c'] }, undefined, {
        c: { chain: { middlewares: ['d'] } },
        d: { chain: { middlewares: ['m'] } },
        m: { retry: { attempts: 2 } },
      }),
    ],
    [
      'that buffers and asks again',
      web({ middlewares: ['m'] }, undefined, { m: { buffering: { retryExpression: 'Attempts() < 2' } } }),
    ],
    [
      'that compresses outside of something else',
      web({ middlewares: ['z', 'm'] }, undefined, { z: { compress: {} }, m: { stripPrefix: { prefixes: ['/x'] } } }),
    ],
    ["before another provider's service", { routers: { r: router({ service: 'api@internal' }) } }],
    ['before another machine', web({}, { s: balancer(OURS, 'http://10.0.0.5:80') })],
    [
      'whose service has middlewares of its own, which would run at every attempt',
      web({}, { s: { ...balancer(OURS), middlewares: ['m'] } }, { m: { compress: {} } }),
    ],
    [
      'before a mirror, which would get every attempt',
      web({}, { s: { mirroring: { service: 't', mirrors: [{ name: 't', percent: 10 }] } }, t: balancer(OURS) }),
    ],
    [
      'before such a one behind another',
      web(
        {},
        {
          s: { weighted: { services: [{ name: 't' }, { name: 'm' }] } },
          m: { mirroring: { service: 't', mirrors: [{ name: 't', percent: 10 }] } },
          t: balancer(OURS),
        },
      ),
    ],
  ])('%s', (_, http) => {
    const { isRouted, middlewaresOf, hold } = documented([container(http)], { upstreams: ['10.0.0.0/8'] })
    expect(isRouted('r')).toBe(true)
    expect(middlewaresOf('r') ?? []).not.toContain(HOLD)
    expect(hold).toBeUndefined()
  })

  test.each(['0', '0s', ' 0 ', '0ms'])(
    'whose container, or whose service is of a container, with rediacc.hold=%s',
    (off) => {
      const labels = { 'rediacc.hold': off }
      expect(documented([container(web(), { labels })]).middlewaresOf('r')).toBeUndefined()
      const { middlewaresOf } = documented([
        container({ routers: { r: router() } }, { name: 'front', labels: { 'rediacc.service_ip': '127.0.11.3' } }),
        container({ services: { s: balancer(OURS) }, routers: { q: router({ rule: 'Host(`q`)' }) } }, { labels }),
      ])
      expect([middlewaresOf('r'), middlewaresOf('q')]).toEqual([undefined, undefined])
    },
  )
})

describe('a router has one', () => {
  const two = { t: balancer(OURS), u: balancer('http://127.0.11.3:80') }
  test.each<[string, object]>([
    ['before two replicas', web({}, { s: balancer(OURS, 'http://127.0.11.3:80') })],
    ['with sticky sessions', web({}, { s: { loadBalancer: { servers: [{ url: OURS }], sticky: { cookie: {} } } } })],
    ['before weighted services', web({}, { s: { weighted: { services: [{ name: 't' }, { name: 'u' }] } }, ...two })],
    ['before a service with a fallback', web({}, { s: { failover: { service: 't', fallback: 'u' } }, ...two })],
    ['before another service of its network, by name', web({}, { s: balancer('http://db:80') })],
    ["behind another provider's middleware", web({ middlewares: ['own@file'] })],
  ])('%s', (_, http) => {
    const db = container({}, { name: 'db', labels: { 'rediacc.service_ip': '127.0.11.3' } })
    expect(
      documented([container(http), db])
        .middlewaresOf('r')
        ?.at(-1),
    ).toBe(HOLD)
  })

  test('as long as its service has no server', () => {
    expect(documented([container(web({}, { s: { loadBalancer: { servers: [] } } }))]).middlewaresOf('r')).toEqual([
      HOLD,
    ])
  })
})

describe('the name', () => {
  test("is nobody else's, and a router that names it is left out as if it weren't there", () => {
    const { hold, isRouted, said } = documented([
      container(
        web(
          { middlewares: ['rediacc.hold'] },
          { s: balancer(OURS) },
          { 'rediacc.hold': { compress: {} }, hold: { compress: {} } },
        ),
      ),
      container(
        {
          routers: { q: router({ rule: 'Host(`q`)', middlewares: ['hold'] }), p: router({ rule: 'Host(`p`)' }) },
          services: { s: balancer(OURS) },
        },
        { name: 'other', labels: { 'rediacc.service_name': 'web' } },
      ),
    ])
    expect(said[0]).toContain('FRAGMENT_INVALID')
    expect([isRouted('r'), isRouted('q'), isRouted('p')]).toEqual([false, true, true])
    expect(hold).toEqual({ retry: { attempts: 16, initialInterval: '500ms' } })
  })
})

test('a label that says anything but 0 is said, and changes nothing', () => {
  const { middlewaresOf, said } = documented([container(web(), { labels: { 'rediacc.hold': '30s' } })])
  expect(middlewaresOf('r')).toEqual([HOLD])
  expect(said).toEqual([
    'LABEL_IGNORED rediacc.hold has no effect: it can only be 0, so that requests don\'t wait for this container, and it is "30s". How long they wait for all others is the operator\'s setting "hold".',
  ])
})
