import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, NetworkId, Plugin, Settings } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { automaticRouter, httpRoute, link, pick } from '@route-server/traefik'
import type { Protocol } from '@route-server/traefik'
import fc from 'fast-check'
import { parse } from 'yaml'
import type { LoadedPlugin } from './evaluate/evaluate.ts'
import { createKernel } from './kernel.ts'
import type { Kernel } from './kernel.ts'
import { copyOf, EMPTY_LEDGER } from './ledger/ledger.ts'
import type { Ledger } from './ledger/ledger.ts'
import { holdMiddleware } from './network/hold.ts'
import { residentsOf } from './life/presence.ts'
import { render as rendering } from './render.ts'
import type { Rendering } from './render.ts'
import { sampleContainer as unexposed } from './sample-container.ts'
import { follow } from './sample-follower.ts'
import type { Listing } from './snapshot.ts'

const sampleContainer = (fields: Partial<Container> = {}): Container =>
  unexposed({ exposedPorts: [{ number: 80, protocol: 'tcp' }], ...fields })

const settings: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure'],
  allowedReferences: [],
}
/** As the built-in ones, which can't be had here: they are tested with the kernel. */
const linking = (protocol: Protocol): Plugin =>
  definePlugin({
    name: protocol,
    labels: {
      [`traefik.${protocol}.routers.{name}`]: 'Routers.',
      [`traefik.${protocol}.services.{name}`]: 'Services.',
    },
    options: noOptions,
    contribute: (container, context) => link(protocol, context.traefik, targetOf(container, context), context.report),
  })
const middleware = definePlugin({
  name: 'middleware',
  labels: { 'traefik.http.middlewares.{name}': 'Middlewares.' },
  options: noOptions,
  contribute: (_, { traefik }) => pick(traefik.configuration, ['http.middlewares']),
})
const automatic = definePlugin({
  name: 'automatic',
  labels: {},
  options: noOptions,
  yields: true,
  contribute({ network }, { traefik, service, address, settings, exposedPorts }) {
    const { baseDomain = '', certResolver, httpEntryPoints: entryPoints } = settings
    const port = traefik.state === 'none' ? exposedPorts()?.[0]?.number : undefined
    if (port === undefined) return undefined
    const router = automaticRouter({ service, network, baseDomain, certResolver, entryPoints })
    return httpRoute({ name: service, router, address, port, middlewares: [], sourceRange: [] })
  },
})
const plugins: readonly LoadedPlugin[] = [linking('http'), linking('tcp'), linking('udp'), middleware, automatic].map(
  (plugin) => ({ plugin, options: undefined }),
)
const newKernel = (ledger: Ledger = EMPTY_LEDGER): Kernel => createKernel(plugins, settings, undefined, ledger)

const listing = (...containers: readonly Container[]): Listing => ({
  network: containers[0]?.network ?? 2816,
  daemon: containers[0]?.daemon ?? 'socket',
  containers,
})
const textOf = ({ bytes }: Rendering): string => new TextDecoder().decode(bytes)
const render = (...all: readonly Listing[]): string => textOf(follow(newKernel())(all))

const udp = (entryPoint: string, network = 2816): Container =>
  sampleContainer({
    name: 'dns',
    network,
    labels: {
      'traefik.enable': 'true',
      'traefik.udp.routers.dns.entrypoints': entryPoint,
      'traefik.udp.services.dns.loadbalancer.server.port': '53',
    },
  })

describe('the document', () => {
  test('is empty, and says so, where there is nothing to route', () => {
    expect(render()).toBe('{}\n')
    expect(render(listing(sampleContainer({ state: 'exited' })))).toBe('{}\n')
  })

  test('has its parts, sections and networks in order, and no section without an entry', () => {
    const web = (network: number): Container => sampleContainer({ network, name: 'web' })
    expect(render(listing(web(2880)), listing(web(64), udp('udp-53', 64)))).toBe(`http:
  middlewares:
    "rediacc.hold-64":
      retry:
        attempts: 16
        initialInterval: "500ms"
    "rediacc.hold-2880":
      retry:
        attempts: 16
        initialInterval: "500ms"
  routers:
    web-64:
      entryPoints:
        - "websecure"
      middlewares:
        - "rediacc.hold-64"
      rule: "Host(\`web-64.example.com\`)"
      service: "web-64"
      tls:
        certResolver: "letsencrypt"
        domains:
          - main: "*.example.com"
    web-2880:
      entryPoints:
        - "websecure"
      middlewares:
        - "rediacc.hold-2880"
      rule: "Host(\`web-2880.example.com\`)"
      service: "web-2880"
      tls:
        certResolver: "letsencrypt"
        domains:
          - main: "*.example.com"
  services:
    web-64:
      loadBalancer:
        servers:
          - url: "http://127.0.0.66:80"
    web-2880:
      loadBalancer:
        servers:
          - url: "http://127.0.11.66:80"
udp:
  routers:
    dns-64:
      entryPoints:
        - "udp-53"
      service: "dns-64"
  services:
    dns-64:
      loadBalancer:
        servers:
          - address: "127.0.0.66:53"
`)
  })

  test('gives the same compose file in two networks two sets of names', () => {
    const labels = {
      'traefik.enable': 'true',
      'traefik.http.routers.x.rule': 'Host(`a`)',
      'traefik.http.routers.x.middlewares': 'm',
      'traefik.http.middlewares.m.compress': 'true',
    }
    const document = parse(
      render(listing(sampleContainer({ network: 64, labels })), listing(sampleContainer({ network: 128, labels }))),
    ) as { http: { routers: Record<string, { middlewares: unknown }> } }
    expect(document.http.routers['x-64']?.middlewares).toEqual(['rediacc.hold-64', 'm-64'])
    expect(document.http.routers['x-128']?.middlewares).toEqual(['rediacc.hold-128', 'm-128'])
  })
})

describe('a UDP entry point that was used', () => {
  const idle = (entryPoint: string): object => ({
    udp: {
      routers: { [`${entryPoint}-unused`]: { entryPoints: [entryPoint], service: `${entryPoint}-unused` } },
      services: { [`${entryPoint}-unused`]: { loadBalancer: { servers: [] } } },
    },
  })

  test('keeps a router that leads nowhere, until somebody uses it again', () => {
    const lead = follow(newKernel())
    const first = lead([listing(udp('udp-53'))])
    const second = lead([listing()])
    const third = lead([])
    const fourth = lead([listing(udp('udp-53'))])
    expect(parse(textOf(second))).toEqual(idle('udp-53'))
    expect(textOf(third)).toBe(textOf(second))
    expect(textOf(fourth)).toBe(textOf(first))
  })

  test('keeps none where its name could stand in no document', () => {
    for (const name of ['x'.repeat(995), 'a@b']) {
      const before = follow(newKernel())([listing(udp(name))])
      expect([...before.ledger.entryPoints.keys()]).toEqual([`udp ${name}`])
      expect(textOf(follow(newKernel(before.ledger))([]))).toBe('{}\n')
    }
  })
})

test('a container with hostile labels breaks nobody else', () => {
  const hostile = sampleContainer({
    name: 'evil',
    labels: {
      'traefik.enable': 'true',
      'traefik.http.routers.web.rule': 'Host(`web-2816.example.com`)',
      'traefik.http.routers.x.rule': 'a"\n  evil: true\n\u0085\u2028\ufffe\0',
      'traefik.http.routers.__proto__.rule': 'A',
      'traefik.http.routers.<<.rule': '*x',
      'traefik.http.middlewares.m.plugin.p.a[0]': 'x',
      'traefik.http.middlewares.m.plugin.p.a[1].k': 'y',
      'traefik.http.middlewares.n.headers.customrequestheaders.\u2551': '\u2551x',
      [`traefik.http.middlewares.${'k'.repeat(2_000)}.compress`]: 'true',
      'traefik.udp.routers.u.entrypoints': 'x'.repeat(2_000),
      'traefik.udp.services.u.loadbalancer.server.port': '1',
    },
  })
  const healthy = sampleContainer({ name: 'other', network: 64 })
  const alone = parse(render(listing(healthy))) as { http: { routers: object } }
  const lead = follow(newKernel())
  expect(parse(textOf(lead([listing(healthy), listing(hostile)])))).toMatchObject(alone)
  expect(parse(textOf(lead([listing(healthy)])))).toEqual(alone)
})

test('whether the ports are needed is what the plugins ask', () => {
  const kernel = newKernel()
  const port = { 'traefik.enable': 'true', 'traefik.http.services.s.loadbalancer.server.port': '80' }
  expect(kernel.wantsPorts(unexposed())).toBe(true)
  expect(kernel.wantsPorts(sampleContainer())).toBe(false)
  expect(kernel.wantsPorts(unexposed({ labels: port }))).toBe(false)
})

const networks = [64, 2816]
const labelKeys = [
  'http.routers.a.rule',
  'http.routers.a.middlewares',
  'http.routers.a.service',
  'http.routers.b.rule',
  'http.routers.b.priority',
  'http.routers.b.tls',
  'http.routers.b.prio',
  'http.middlewares.m.compress',
  'http.middlewares.m.stripprefix.prefixes',
  'http.middlewares.n.chain.middlewares',
  'http.services.s.loadbalancer.server.port',
  'http.services.s.loadbalancer.sticky',
  'http.router.a.rule',
  'tcp.routers.a.rule',
  'tcp.routers.a.entrypoints',
  'tcp.services.s.loadbalancer.server.port',
  'udp.routers.a.entrypoints',
  'udp.services.s.loadbalancer.server.port',
  'httpd.x',
]
const labelValues = fc.constantFrom(
  'Host(`a`)',
  'true',
  'm',
  'n',
  's',
  'web',
  '80',
  '81',
  'udp-53',
  '',
  'x@file',
  'a"b\n',
)
const someLabels = fc.oneof(
  fc.constant({}),
  fc
    .tuple(fc.subarray(labelKeys), fc.array(labelValues, { minLength: labelKeys.length, maxLength: labelKeys.length }))
    .map(([keys, values]) =>
      Object.fromEntries([
        ['traefik.enable', 'true'],
        ...keys.map((key, i) => [`traefik.${key}`, values[i] ?? ''] as const),
      ]),
    ),
)
const services = ['web', 'we_b', 'we-b', 'db']
const addressOf = (network: NetworkId, service: string): string =>
  `127.${network >> 16}.${(network >> 8) & 255}.${(network & 255) + 2 + services.indexOf(service)}`
const someContainer = fc
  .record({
    id: fc.integer({ min: 0, max: 5 }),
    network: fc.constantFrom(...networks),
    created: fc.integer({ min: 1, max: 4 }),
    state: fc.constantFrom('running' as const, 'running' as const, 'running' as const, 'exited' as const),
    service: fc.constantFrom(...services),
    labels: someLabels,
  })
  .map(({ id, service, labels, ...fields }) =>
    sampleContainer({
      ...fields,
      name: `c${id}`,
      labels: { 'rediacc.service_name': service, 'rediacc.service_ip': addressOf(fields.network, service), ...labels },
    }),
  )

/** What happened to one container: it is there now, or gone, or its whole daemon is gone. */
const event = fc.tuple(
  fc.constantFrom('there', 'there', 'there', 'there', 'there', 'there', 'gone', 'daemon gone'),
  someContainer,
)

/** What a document should have: the entries of its networks, the holds that they use, and the idle UDP routers. */
function meant({ networks, ledger }: Rendering): unknown {
  const document: Record<string, Record<string, Record<string, unknown>>> = {}
  const put = (section: string, name: string, value: unknown): void => {
    const [part = '', kind = ''] = section.split('.')
    ;((document[part] ??= {})[kind] ??= {})[name] = value
  }
  for (const { entries } of networks) for (const { section, name, value } of entries.values()) put(section, name, value)
  for (const { network, entries } of networks)
    if ([...entries.values()].some(({ waits }) => waits))
      put('http.middlewares', `rediacc.hold-${network}`, holdMiddleware(10_000))
  const udpRouters = networks.flatMap(({ entries }) =>
    [...entries.values()].filter(({ section }) => section === 'udp.routers'),
  )
  const inUse = new Set(udpRouters.flatMap(({ value }) => value['entryPoints'] as readonly string[]))
  for (const key of ledger.entryPoints.keys()) {
    const entryPoint = key.slice('udp '.length)
    if (!key.startsWith('udp ') || inUse.has(entryPoint)) continue
    const name = `${entryPoint}-unused`
    put('udp.routers', name, { entryPoints: [entryPoint], service: name })
    put('udp.services', name, { loadBalancer: { servers: [] } })
  }
  return document
}

const flat = (rendering: Rendering): string[] =>
  rendering.networks
    .flatMap(({ diagnostics }) => diagnostics)
    .map(({ code, origin, message }) => `${origin.daemon ?? ''} ${origin.containerId ?? ''} ${code} ${message}`)
    .sort()

test('a change that breaks, wherever it does, leaves nothing behind once the kernel begins anew', () => {
  const routed = (name: string, network: NetworkId): Container =>
    sampleContainer({
      name,
      network,
      labels: { 'traefik.enable': 'true', [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.example.org\`)` },
    })
  const [web, api, shop] = [routed('web', 2816), routed('api', 2816), routed('shop', 2880)]
  const listings = (...containers: readonly Container[]): Listing[] =>
    [2816, 2880].map((network) => ({
      network,
      daemon: 'd',
      containers: containers.filter((one) => one.network === network),
    }))
  const before = residentsOf(listings(web))
  const after = residentsOf(listings(web, api, shop))
  let breaks = 0
  for (let isWhole = false; !isWhole; breaks++) {
    const kernel = newKernel()
    rendering(kernel, before)
    kernel.prepare(new Map([...after.values()].flatMap((residents) => [...residents])), () => true)
    let left = breaks
    Object.defineProperty(api, 'created', {
      configurable: true,
      get() {
        if (left-- === 0) throw new Error('oops')
        return 1
      },
    })
    try {
      kernel.apply(after, 0)
      isWhole = true
    } catch {
      left = Infinity
      expect([...kernel.ledger.hosts.keys()]).toEqual(['web.example.org'])
      kernel.beginAnew()
      const cold = newKernel(copyOf(kernel.ledger))
      expect(textOf(rendering(kernel, after))).toBe(textOf(rendering(cold, after)))
    }
  }
  expect(breaks).toBeGreaterThan(3)
})

test('after each of 1,000 random events the document is that of a cold start, and reads as what was meant', () => {
  const kernel = newKernel()
  const lead = follow(kernel)
  const there = new Map<NetworkId, Map<string, Container>>()
  let now: ReadonlyMap<NetworkId, Listing> = new Map()
  const documents = new Set<string>()
  const events = fc.sample(event, { numRuns: 1_000, seed: 7 })
  for (const [i, [what, container]] of events.entries()) {
    const { network, id } = container
    const containers = new Map(there.get(network))
    if (what === 'there') containers.set(id, container)
    else containers.delete(id)
    if (what === 'daemon gone') there.delete(network)
    else there.set(network, containers)
    const changed = new Map(now)
    if (what === 'daemon gone') changed.delete(network)
    else changed.set(network, { network, daemon: container.daemon, containers: [...containers.values()] })
    now = changed

    const before = copyOf(kernel.ledger)
    const rendering = lead(now.values())
    const shuffled = [...now.values()].reverse().map((one) => ({ ...one, containers: [...one.containers].reverse() }))
    const cold = follow(newKernel(before))(shuffled)
    const text = textOf(rendering)
    documents.add(text)
    if (text !== textOf(cold)) expect({ event: i, text }).toEqual({ event: i, text: textOf(cold) })
    if (i % 10 === 0) {
      expect(parse(text)).toEqual(meant(rendering))
      expect(flat(rendering)).toEqual(flat(cold))
    }
  }
  expect(documents.size).toBeGreaterThan(300)
})

test('what one network holds changes nothing in another', () => {
  fc.assert(
    fc.property(fc.array(someContainer, { maxLength: 12 }), (containers) => {
      const all = networks.map((network): Listing => ({
        network,
        daemon: 'd',
        containers: containers.filter((one) => one.network === network),
      }))
      const together = follow(newKernel())(all)
      for (const one of all) {
        const alone = follow(newKernel())([one]).networks[0]
        const among = together.networks.find(({ network }) => network === one.network)
        expect([...(among?.entries ?? [])].sort()).toEqual([...(alone?.entries ?? [])].sort())
      }
    }),
    { numRuns: 50 },
  )
})

test('an old listing asked for again gives the old document', () => {
  const lead = follow(newKernel())
  const [a, b] = [listing(sampleContainer({ name: 'a' })), listing(sampleContainer({ name: 'b' }))]
  const texts = [a, b, a, b, listing(...a.containers)].map((one) => textOf(lead([one])))
  expect(texts).toEqual([render(a), render(b), render(a), render(b), render(a)])
})

test('an event costs the evaluation of what changed, and of nothing else', () => {
  const evaluated: string[] = []
  const counting = {
    plugin: { ...middleware, contribute: ({ name }: Container) => void evaluated.push(name) },
    options: undefined,
  }
  const lead = follow(createKernel([counting], settings))
  const containers = Array.from({ length: 50 }, (_, i) => sampleContainer({ name: `c${i}`, id: `${i}` }))
  const others = listing(sampleContainer({ network: 64, name: 'other' }))
  lead([listing(...containers), others])
  expect(evaluated).toHaveLength(51)
  evaluated.length = 0
  lead([listing(...containers.with(7, sampleContainer({ name: 'changed', id: '7' }))), others])
  expect(evaluated).toEqual(['changed'])
})
