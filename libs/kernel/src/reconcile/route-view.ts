import type { Diagnostic } from '@route-server/plugin-api'
import { hostsOf, parseRule } from '@route-server/traefik'
import type { PortTable } from '../claims/ports.ts'
import type { NetworkRoutes } from '../kernel.ts'
import { pathOf } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { Snapshot } from '../snapshot.ts'
import type { NetworkViews } from './network-views.ts'
import type { Protocol, RouteDocument, RouterView, RouteView } from './view.ts'

interface Sources {
  readonly document: () => RouteDocument | undefined
  readonly networks: () => readonly NetworkRoutes[]
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

const countOf = (networks: readonly NetworkRoutes[], kind: 'routers' | 'services'): Record<Protocol, number> => {
  const counts: Record<string, number> = {}
  for (const { entries } of networks)
    for (const { section } of entries.values()) counts[section] = (counts[section] ?? 0) + 1
  return { http: counts[`http.${kind}`] ?? 0, tcp: counts[`tcp.${kind}`] ?? 0, udp: counts[`udp.${kind}`] ?? 0 }
}

/** What people and the endpoints may ask, worked out when they do. */
export function createRouteView(sources: Sources): RouteView {
  const { document, networks, views, ports, snapshot, remarks, autoRoutes } = sources
  return {
    document: () => document() ?? { waitingFor: snapshot().unknown },
    routers: () => views.all().flatMap((view) => view.routers()),
    networks: () => views.all(),
    ports,
    diagnostics: () => [...remarks(), ...views.all().flatMap((view) => view.diagnostics())],
    daemons: () => snapshot().daemons,
    counts: () => ({ routers: countOf(networks(), 'routers'), services: countOf(networks(), 'services') }),
    autoRoutes,
  }
}
