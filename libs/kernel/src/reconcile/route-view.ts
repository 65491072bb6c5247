import type { Diagnostic } from '@route-server/plugin-api'
import { hostsOf, parseRule } from '@route-server/traefik'
import type { PortTable } from '../claims/ports.ts'
import type { NetworkRoutes } from '../kernel.ts'
import { pathOf } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { Snapshot } from '../snapshot.ts'
import type { CountedView, NetworkViews } from './network-views.ts'
import type { Protocol, RouteDocument, RouterView, RouteView } from './view.ts'

interface Sources {
  readonly document: () => RouteDocument | undefined
  readonly views: NetworkViews
  readonly ports: () => PortTable
  readonly snapshot: () => Snapshot
  /** What is to be said about the machine. */
  readonly remarks: () => readonly Diagnostic[]
  readonly autoRoutes: boolean
}

const PROTOCOLS: readonly Protocol[] = ['http', 'tcp', 'udp']

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}

/** The hosts that a router is for; none where its rule can't be read. */
function hostsOfRule(rule: string, protocol: Protocol): readonly string[] {
  if (protocol === 'udp') return []
  const parsed = parseRule(rule, protocol)
  return 'rule' in parsed ? hostsOf(parsed.rule) : []
}

function serversOf(network: NetworkRoutes, protocol: Protocol, service: string): readonly string[] {
  const balancer = fields(fields(network.entries.get(pathOf(`${protocol}.services`, service))?.value)['loadBalancer'])
  const servers = Array.isArray(balancer['servers']) ? (balancer['servers'] as readonly unknown[]) : []
  return servers.map(fields).map((server) => text(server['url'] ?? server['address']))
}

/** One router of a network, as `/routes.json` shows it. */
export function routerOf(network: NetworkRoutes, { section, name, value, origins }: Entry): RouterView {
  const protocol = section.split('.')[0] as Protocol
  const rule = text(value['rule'])
  const service = text(value['service'])
  const priority = value['priority']
  return {
    protocol,
    name,
    network: network.network,
    ...(rule === '' ? {} : { rule }),
    entryPoints: texts(value['entryPoints']),
    middlewares: texts(value['middlewares']),
    tls: value['tls'] === undefined ? false : fields(value['tls']),
    ...(typeof priority === 'number' || typeof priority === 'bigint' ? { priority: String(priority) } : {}),
    service,
    servers: serversOf(network, protocol, service),
    hosts: hostsOfRule(rule, protocol),
    origins,
  }
}

const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : 1)

/** A network's routers, as `/routes.json` shows them. */
export function routersOf(network: NetworkRoutes): readonly RouterView[] {
  const entries = [...network.entries.values()]
  return PROTOCOLS.flatMap((protocol) =>
    entries
      .filter(({ section }) => section === `${protocol}.routers`)
      .sort(byName)
      .map((entry) => routerOf(network, entry)),
  )
}

/** How many entries of each section a network has: `http.routers`. */
export function countsOf({ entries }: NetworkRoutes): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { section } of entries.values()) counts.set(section, (counts.get(section) ?? 0) + 1)
  return counts
}

function sumOf(all: readonly ReadonlyMap<string, number>[], kind: 'routers' | 'services'): Record<Protocol, number> {
  const of = (protocol: Protocol): number =>
    all.reduce((sum, counts) => sum + (counts.get(`${protocol}.${kind}`) ?? 0), 0)
  return { http: of('http'), tcp: of('tcp'), udp: of('udp') }
}

/** The same list for the same networks, since who looks looks often, and few networks change meanwhile. */
function gathered<T>(of: (network: CountedView) => readonly T[]) {
  let known: { readonly networks: readonly CountedView[]; readonly items: readonly T[] } | undefined
  return (networks: readonly CountedView[]): readonly T[] => {
    const isSame = known?.networks.length === networks.length && known.networks.every((one, at) => one === networks[at])
    if (!known || !isSame) known = { networks, items: networks.flatMap(of) }
    return known.items
  }
}

/** What people and the endpoints may ask, worked out when they do. */
export function createRouteView(sources: Sources): RouteView {
  const { document, views, ports, snapshot, remarks, autoRoutes } = sources
  const routers = gathered((network) => network.routers())
  return {
    document: () => document() ?? { waitingFor: snapshot().unknown },
    routers: () => routers(views.all()),
    networks: () => views.all(),
    ports,
    diagnostics: () => [...remarks(), ...views.all().flatMap((view) => view.diagnostics())],
    daemons: () => snapshot().daemons,
    counts() {
      const counts = views.all().map((network) => network.counts())
      return { routers: sumOf(counts, 'routers'), services: sumOf(counts, 'services') }
    },
    autoRoutes,
  }
}
