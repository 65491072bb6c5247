import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Settings } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { link, pick } from '@route-server/traefik'
import { parse } from 'yaml'
import { createKernel } from '../kernel.ts'
import { sampleContainer } from '../sample-container.ts'
import { render } from '../render.ts'
import type { HoldReason, LifeChange, Resident } from './roster.ts'

const settings: Settings = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }
const plugin = definePlugin({
  name: 'http',
  labels: {
    'traefik.http.routers.{name}': '',
    'traefik.http.services.{name}': '',
    'traefik.http.middlewares.{name}': '',
  },
  options: noOptions,
  contribute: (container, context) => ({
    http: {
      ...link('http', context.traefik, targetOf(container, context), context.report)?.http,
      ...pick(context.traefik.configuration, ['http.middlewares'])?.http,
    },
  }),
})

const replica = (name: string, port: number, more: Readonly<Record<string, string>> = {}): Container =>
  sampleContainer({
    name,
    labels: {
      'rediacc.service_name': 'web',
      'traefik.enable': 'true',
      'traefik.http.routers.web.rule': 'Host(`app.example.com`)',
      'traefik.http.services.web.loadbalancer.server.port': String(port),
      ...more,
    },
  })

const serving = (container: Container): Resident => ({ container, presence: 'serving' })
const held = (container: Container, reason: HoldReason): Resident => ({ container, presence: 'held', reason, since: 0 })

const changeTo = (...residents: readonly Resident[]): LifeChange =>
  new Map([[2816, new Map(residents.map((one) => [one.container.id, one]))]])

interface Seen {
  readonly servers: readonly string[] | undefined
  readonly rule: string | undefined
  readonly codes: readonly string[]
}

function seen(...residents: readonly Resident[]): Seen {
  const kernel = createKernel([{ plugin, options: undefined }], settings)
  const { bytes, networks } = render(kernel, changeTo(...residents))
  const { http } = parse(new TextDecoder().decode(bytes)) as {
    http?: {
      routers?: Record<string, { rule: string }>
      services?: Record<string, { loadBalancer: { servers: { url: string }[] } }>
    }
  }
  return {
    servers: http?.services?.['web-2816']?.loadBalancer.servers.map(({ url }) => url),
    rule: http?.routers?.['web-2816']?.rule,
    codes: networks.flatMap(({ diagnostics }) => diagnostics).map(({ code }) => code),
  }
}

const [first, second] = [replica('a', 80), replica('b', 81)]
const RULE = 'Host(`app.example.com`)'

describe('a container that gets no traffic', () => {
  test.each<[HoldReason, string]>([
    ['starting', 'CONTAINER_STARTING'],
    ['unhealthy', 'CONTAINER_UNHEALTHY'],
    ['paused', 'CONTAINER_PAUSED'],
    ['looping', 'CONTAINER_LOOPING'],
    ['departed', 'CONTAINER_DEPARTED'],
  ])('as it is %s keeps its routes, which answer 503, and is said', (reason, code) => {
    expect(seen(held(first, reason))).toEqual({ servers: [], rule: RULE, codes: [code] })
  })

  test('leaves it to the others of its service', () => {
    expect(seen(held(first, 'unhealthy'), serving(second))).toMatchObject({ servers: ['http://127.0.11.2:81'] })
    expect(seen(serving(first), held(second, 'starting'))).toMatchObject({ servers: ['http://127.0.11.2:80'] })
  })

  test('that does not run at all has none', () => {
    expect(seen({ container: { ...first, state: 'exited' }, presence: 'absent' })).toEqual({
      servers: undefined,
      rule: undefined,
      codes: ['CONTAINER_NOT_RUNNING'],
    })
  })
})

describe('a container that is awaited', () => {
  test('keeps its address, and changes no byte', () => {
    expect(seen(held(first, 'awaited'))).toEqual({
      servers: ['http://127.0.11.2:80'],
      rule: RULE,
      codes: ['CONTAINER_AWAITED'],
    })
    const documents = [serving(first), held(first, 'awaited'), serving({ ...first, id: 'f'.repeat(64) })].map((one) => {
      const kernel = createKernel([{ plugin, options: undefined }], settings)
      const { bytes } = render(kernel, changeTo(one))
      return new TextDecoder().decode(bytes)
    })
    expect(new Set(documents).size).toBe(1)
  })

  test('is waited for also beside one of its service that gets no traffic, and one that went before', () => {
    for (const reason of ['unhealthy', 'paused', 'departed'] as const) {
      expect(seen(held(first, 'awaited'), held(second, reason)).servers).toEqual(['http://127.0.11.2:80'])
      expect(seen(held(first, reason), held(second, 'awaited')).servers).toEqual(['http://127.0.11.2:81'])
    }
  })

  test('keeps its routes also where another service defines the same middleware', () => {
    const same = {
      'traefik.http.routers.web.middlewares': 'secure',
      'traefik.http.middlewares.secure.headers.framedeny': 'true',
    }
    const other = sampleContainer({
      name: 'other',
      created: 5,
      labels: {
        'traefik.enable': 'true',
        'traefik.http.middlewares.secure.headers.framedeny': 'true',
        'traefik.http.routers.other.rule': 'Host(`other.example.com`)',
        'traefik.http.routers.other.middlewares': 'secure',
        'traefik.http.services.other.loadbalancer.server.port': '82',
      },
    })
    const one = replica('a', 80, same)
    expect(seen(held(one, 'awaited'), serving(other))).toMatchObject({ servers: ['http://127.0.11.2:80'], rule: RULE })
    expect(seen(held(one, 'departed'), serving(other))).toMatchObject({ servers: [], rule: RULE })
  })

  test('leads nobody to another service that listens at its address by now', () => {
    const other = sampleContainer({
      name: 'other',
      created: 5,
      labels: { 'traefik.enable': 'true', 'traefik.http.services.other.loadbalancer.server.port': '80' },
    })
    expect(seen(held(first, 'awaited'), serving(other))).toMatchObject({ servers: undefined, rule: undefined })
  })
})

describe('a container that has gone', () => {
  const successor = replica('b', 81, { 'traefik.http.routers.web.rule': 'Host(`new.example.com`)' })

  test('takes no name from who is there, though it is older', () => {
    expect(seen(held(first, 'departed'), serving(successor))).toEqual({
      servers: ['http://127.0.11.2:81'],
      rule: 'Host(`new.example.com`)',
      codes: ['CONTAINER_DEPARTED'],
    })
  })

  test("never puts its router behind somebody else's middleware, nor before somebody else's service", () => {
    const auth = 'traefik.http.middlewares.auth.stripprefix.prefixes'
    const gone = replica('a', 80, { 'traefik.http.routers.web.middlewares': 'auth', [auth]: '/own' })
    const other = sampleContainer({
      name: 'db',
      labels: { 'traefik.enable': 'true', 'rediacc.service_ip': '127.0.11.3', [auth]: '/other' },
    })
    expect(seen(held(gone, 'departed'), serving(other)).rule).toBeUndefined()
  })
})
