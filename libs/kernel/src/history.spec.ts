import { expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Diagnostic, NetworkId, Plugin, Settings } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { portRoutes } from '@route-server/port-routes'
import { automaticRouter, httpRoute, link, pick } from '@route-server/traefik'
import type { Protocol } from '@route-server/traefik'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { LoadedPlugin } from './evaluate/evaluate.ts'
import { createKernel, diagnosticsOf } from './kernel.ts'
import { aged } from './ledger/aged.ts'
import { isNoChange } from './ledger/ledger.ts'
import type { Ledger } from './ledger/ledger.ts'
import { assignClaim, releaseClaim } from './ledger/operations.ts'
import { createLife } from './life/life.ts'
import type { LifeChange, Residents } from './life/roster.ts'
import { DEFAULT_POLICY, guardsOf } from './policy.ts'
import type { Policy } from './policy.ts'
import { render } from './render.ts'
import type { Rendering } from './render.ts'
import { sampleContainer } from './sample-container.ts'
import { changeBetween } from './sample-follower.ts'
import type { Listing } from './snapshot.ts'

const settings: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure'],
  allowedReferences: [],
}
const linking = (protocol: Protocol): Plugin =>
  definePlugin({
    name: protocol,
    labels: { [`traefik.${protocol}`]: 'All.' },
    options: noOptions,
    contribute: (container, context) => link(protocol, context.traefik, targetOf(container, context), context.report),
  })
const ports = definePlugin({
  name: 'ports',
  labels: {},
  options: noOptions,
  contribute: (container, context) => portRoutes('tcp', container, context),
})
const middleware = definePlugin({
  name: 'middleware',
  labels: {},
  options: noOptions,
  contribute: (_, { traefik }) => pick(traefik.configuration, ['http.middlewares']),
})
const automatic = definePlugin({
  name: 'automatic',
  labels: {},
  options: noOptions,
  yields: true,
  contribute({ network }, { traefik, service, address, settings }) {
    const { baseDomain = '', certResolver, httpEntryPoints: entryPoints } = settings
    if (traefik.state !== 'none') return undefined
    const router = automaticRouter({ service, network, baseDomain, certResolver, entryPoints })
    return httpRoute({ name: service, router, address, port: 80, middlewares: [], sourceRange: [] })
  },
})
const plugins: readonly LoadedPlugin[] = [
  linking('http'),
  linking('tcp'),
  linking('udp'),
  middleware,
  ports,
  automatic,
].map((plugin) => ({ plugin, options: undefined }))

const NETWORKS = [64, 128, 192]

/** A millisecond of the test as a day: certificates count for seven. */
const DAYS = 24 * 3_600

const LABELS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'rediacc.tcp_ports': '5432' },
  { 'rediacc.tcp_ports': '5432,9' },
  { 'traefik.http.routers.a.rule': 'Host(`x.test`)' },
  { 'traefik.http.routers.b.rule': 'Host(`a.x.test`) || Host(`x.test`)', 'traefik.http.routers.b.middlewares': 'm' },
  { 'traefik.http.routers.b.rule': 'Host(`a.x.test`) && Path(`/p`)', 'traefik.http.middlewares.m.compress': 'true' },
  { 'traefik.http.routers.w.rule': 'HostRegexp(`^[a-z]+\\.x\\.test$`)' },
  { 'traefik.http.routers.all.rule': 'PathPrefix(`/`)' },
  {
    'traefik.http.services.s.loadbalancer.server.url': 'http://web0:80',
    'traefik.http.routers.s.rule': 'Host(`s.test`)',
  },
  { 'traefik.tcp.routers.t.rule': 'HostSNI(`*`)', 'traefik.tcp.routers.t.entrypoints': 'tcp-5432' },
  {
    'traefik.tcp.routers.t.rule': 'HostSNI(`x.test`)',
    'traefik.tcp.routers.t.tls': 'true',
    'traefik.tcp.routers.t.entrypoints': 'tcp-5432',
  },
  { 'traefik.udp.routers.u.entrypoints': 'udp-53', 'traefik.udp.services.u.loadbalancer.server.port': '53' },
  { 'traefik.http.middlewares.m.basicauth.users': 'a:b', 'traefik.http.routers.c.rule': 'Host(`web1-64.example.com`)' },
]

const CONTAINER: fc.Arbitrary<Container> = fc
  .record({
    network: fc.constantFrom(...NETWORKS),
    service: fc.nat(2),
    slot: fc.nat(2),
    replica: fc.nat(2),
    created: fc.nat(4),
    label: fc.constantFrom(...LABELS),
    state: fc.constantFrom<Container['state']>(
      'running',
      'running',
      'running',
      'running',
      'paused',
      'exited',
      'restarting',
    ),
    health: fc.constantFrom<Container['health']>('none', 'none', 'healthy', 'starting', 'unhealthy'),
  })
  .map(({ network, service, slot, replica, created, label, state, health }) => {
    const isExplicit = Object.keys(label).some((key) => key.startsWith('traefik.'))
    const name = `web${service}`
    const port = isExplicit && !('traefik.http.services.s.loadbalancer.server.url' in label)
    return sampleContainer({
      network,
      name,
      id: `${name}${replica}`.padEnd(64, '0'),
      created,
      state,
      health,
      labels: {
        'rediacc.service_ip': `127.0.0.${(network & 255) + 2 + slot}`,
        ...label,
        ...(isExplicit && { 'traefik.enable': 'true' }),
        ...(port && { [`traefik.http.services.${name}.loadbalancer.server.port`]: '80' }),
        ...(JSON.stringify(label).includes('tcp.routers') && {
          [`traefik.tcp.services.${name}.loadbalancer.server.port`]: '5432',
        }),
      },
    })
  })

type Step =
  | readonly ['there' | 'gone', Container]
  | readonly ['daemon gone', NetworkId]
  | readonly ['release', string]
  | readonly ['assign', string, NetworkId]
  | readonly ['later', number]
  | readonly ['read again']

const SUBJECTS = ['x.test', 'a.x.test', '*.x.test', 's.test', 'tcp-5432', 'tcp-10000', 'udp-53']

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: CONTAINER.map((one) => ['there', one] as const) },
  { weight: 5, arbitrary: CONTAINER.map((one) => ['gone', one] as const) },
  { weight: 1, arbitrary: fc.constantFrom(...NETWORKS).map((one) => ['daemon gone', one] as const) },
  { weight: 1, arbitrary: fc.constantFrom(...SUBJECTS).map((one) => ['release', one] as const) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...SUBJECTS), fc.constantFrom(...NETWORKS))
      .map(([subject, network]) => ['assign', subject, network] as const),
  },
  { weight: 4, arbitrary: fc.constantFrom(1_000, 16_000, 60_000).map((ms) => ['later', ms] as const) },
  { weight: 1, arbitrary: fc.constant(['read again'] as const) },
)

const POLICY: fc.Arbitrary<Policy> = fc
  .record({
    isTrusted: fc.nat(4).map((n) => n === 0),
    forks: fc.constantFrom<Policy['forks']>('auto-route', 'refuse'),
    catchAll: fc.constantFrom<readonly NetworkId[]>([], [64]),
    hosts: fc.constantFrom<Policy['hosts']>({}, { '*.x.test': 64 }, { '*.example.com': 64, 'a.x.test': 192 }),
    isTight: fc.nat(3).map((n) => n === 0),
  })
  .map(({ isTrusted, forks, catchAll, hosts, isTight }) => ({
    ...DEFAULT_POLICY,
    tenancy: isTrusted ? 'trusted' : 'strict',
    guards: guardsOf(isTrusted ? 'trusted' : 'strict'),
    forks,
    catchAll,
    hosts,
    dynamicPorts: { tcp: { first: 10_000, last: 10_001 }, udp: { first: 1, last: 0 } },
    ...(isTight && {
      shares: { routers: 3, hosts: 2, ports: 1, bytes: 1_000, certificateHosts: 1, revisions: 60 },
    }),
  }))

const sortedMap = <V>(map: ReadonlyMap<string, V>): Map<string, V> =>
  new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)))

const copied = ({ hosts, entryPoints, ports, certificates }: Ledger): Ledger => ({
  hosts: sortedMap(hosts),
  entryPoints: sortedMap(entryPoints),
  ports: sortedMap(ports),
  certificates: sortedMap(certificates),
})

const backwards = (all: ReadonlyMap<NetworkId, Residents>): LifeChange =>
  new Map([...all].reverse().map(([network, residents]) => [network, new Map([...residents].reverse())]))

const copiedMaps = (all: ReadonlyMap<NetworkId, Residents>): ReadonlyMap<NetworkId, Residents> =>
  new Map([...all].map(([network, residents]) => [network, new Map(residents)]))

const sorted = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map((one) => JSON.stringify(one)).sort()

const summary = ({ bytes, ledger, networks, waiting }: Rendering) => ({
  text: new TextDecoder().decode(bytes),
  ledger: copied(ledger),
  waiting,
  diagnostics: sorted(networks.flatMap(({ diagnostics }) => diagnostics)),
})

type Routers = Readonly<Record<string, { readonly service: string; readonly middlewares?: readonly string[] }>>
type Document = Readonly<Record<string, Readonly<Record<string, Routers | undefined>> | undefined>>

/** References of a document's routers to what isn't there. */
function dangling(text: string): readonly string[] {
  const document = parse(text) as Document
  return Object.values(document).flatMap(({ routers = {}, services = {}, middlewares = {} } = {}) =>
    Object.values(routers).flatMap((router) => [
      ...(router.service in services ? [] : [router.service]),
      ...(router.middlewares ?? []).filter((name) => !(name in middlewares)),
    ]),
  )
}

test('after any history the document is what a cold start makes of its end, and of each container the same is said alone', () => {
  fc.assert(
    fc.property(POLICY, fc.array(fc.tuple(STEP, fc.nat(4)), { minLength: 5, maxLength: 30 }), (policy, steps) => {
      const kernel = createKernel(plugins, settings, policy)
      const life = createLife()
      const options = { redeployGrace: 15_000, hold: policy.hold, health: 'gate' as const }
      let listings: ReadonlyMap<NetworkId, Listing> = new Map()
      let told: ReadonlyMap<NetworkId, Residents> = new Map()
      let clock = 0
      for (const [step, pause] of steps) {
        const [does] = step
        if (does === 'there' || does === 'gone') {
          const { network, daemon, id } = step[1]
          const others = (listings.get(network)?.containers ?? []).filter((one) => one.id !== id)
          const containers = does === 'there' ? [...others, step[1]] : others
          listings = new Map(listings).set(network, { network, daemon, containers })
        } else if (does === 'daemon gone') {
          const left = new Map(listings)
          left.delete(step[1])
          listings = left
        } else if (does === 'release' || does === 'assign') {
          const { ledger } = kernel
          const next = does === 'release' ? releaseClaim(ledger, step[1]) : assignClaim(ledger, step[1], step[2], clock)
          if (!('error' in next)) kernel.decree(next)
        } else if (does === 'later') {
          clock += step[1]
          kernel.decree(
            aged(kernel.ledger, kernel.used(), {
              isAway: () => true,
              elapsed: step[1],
              lapse: 70_000,
              date: clock * DAYS,
            }),
          )
        } else kernel.decree(copied(kernel.ledger))
        life.attend(listings, { date: clock, clock }, options)
        if (pause === 0) continue
        const now = life.residents()
        const before = copied(kernel.ledger)
        const rendering = render(kernel, changeBetween(told, now), clock)
        told = copiedMaps(now)
        const cold = createKernel(plugins, settings, policy, before)
        expect(summary(rendering)).toEqual(summary(render(cold, backwards(now), clock)))
        const again = createKernel(plugins, settings, policy, copied(rendering.ledger))
        expect(isNoChange(again.apply(now, clock + 1).claimed)).toBe(true)
        expect(new TextDecoder().decode(again.document().bytes())).toEqual(summary(rendering).text)
        expect(dangling(summary(rendering).text)).toEqual([])
        const all = rendering.networks.flatMap(diagnosticsOf)
        for (const [network, residents] of now)
          for (const id of residents.keys()) {
            const said = all.filter(({ origin }) => origin.network === network && origin.containerId === id)
            expect(sorted(kernel.trace(network, id)?.diagnostics ?? [])).toEqual(sorted(said))
          }
      }
    }),
    { numRuns: 60, seed: 5 },
  )
})
