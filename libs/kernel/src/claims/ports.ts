import type { NetworkId, Settings } from '@route-server/plugin-api'
import { pathOf } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import { entryPointsOf } from '../evaluate/entry-points.ts'
import type { Policy, PortRange } from '../policy.ts'
import { registeredPorts } from './allocate.ts'
import type { Waiting } from './arbitrate.ts'
import { portOf } from './entry-points.ts'
import { allocationKey, entryPointKey } from '../ledger/ledger.ts'
import type { Ledger } from '../ledger/ledger.ts'

type Protocol = Waiting['protocol']

/** One TCP or UDP router on one of its entry points. */
export interface PortRow {
  /** That clients connect to; left out where the entry point's name has no number. */
  readonly external?: number
  readonly protocol: Protocol
  readonly entryPoint: string
  readonly network: NetworkId
  /** As a DNS label. */
  readonly service: string
  /** The router's name in the document. */
  readonly router: string
  /** Where it leads, `127.0.11.2:5432`. */
  readonly internal: readonly string[]
  /** When the network claimed the entry point; milliseconds since 1970. Left out where it didn't. */
  readonly since?: number
  /** `dynamic`: found for it, because its own number wasn't free. `fixed`: its own number, or what its labels name. */
  readonly kind: 'dynamic' | 'fixed'
}

export interface PortTable {
  /** By protocol, external port, router. */
  readonly rows: readonly PortRow[]
  /** Ports of entry points that this machine has and nobody has claimed or uses; ascending. */
  readonly free: Readonly<Record<Protocol, readonly PortRange[]>>
  /** The oldest first. */
  readonly waiting: readonly Waiting[]
}

export interface PortSources {
  readonly ledger: Ledger
  readonly waiting: readonly Waiting[]
  /** What is served of each network. */
  readonly networks: readonly { readonly network: NetworkId; readonly entries: ReadonlyMap<string, Entry> }[]
  readonly settings: Settings
  readonly policy: Policy
}

interface Balancer {
  readonly servers?: readonly { readonly address?: string }[]
}

function internalOf({ value }: Entry, protocol: Protocol, entries: ReadonlyMap<string, Entry>): readonly string[] {
  const service = entries.get(pathOf(`${protocol}.services`, value['service'] as string))
  const { servers = [] } = (service?.value['loadBalancer'] ?? {}) as Balancer
  return servers.flatMap(({ address }) => address ?? [])
}

function rowsOf(entry: Entry, network: NetworkId, entries: ReadonlyMap<string, Entry>, ledger: Ledger): PortRow[] {
  const protocol = entry.section === 'tcp.routers' ? 'tcp' : 'udp'
  const service = entry.by?.service ?? ''
  const allocation = entry.asks && ledger.ports.get(allocationKey({ ...entry.asks, network, service }))
  return entryPointsOf(entry.value).map((entryPoint) => {
    const external = portOf(entryPoint)
    const claim = ledger.entryPoints.get(entryPointKey(protocol, entryPoint))?.find((user) => user.network === network)
    return {
      ...(external !== undefined && { external }),
      protocol,
      entryPoint,
      network,
      service,
      router: entry.name,
      internal: internalOf(entry, protocol, entries),
      ...(claim && { since: claim.since }),
      kind: allocation && allocation.external !== allocation.port ? 'dynamic' : 'fixed',
    }
  })
}

/** Ascending numbers as ranges: 1, 2, 3, 7 are 1 to 3, and 7 to 7. */
function rangesOf(ports: readonly number[]): readonly PortRange[] {
  const ranges: PortRange[] = []
  for (const port of ports) {
    const last = ranges.at(-1)
    if (last?.last === port - 1) ranges[ranges.length - 1] = { first: last.first, last: port }
    else ranges.push({ first: port, last: port })
  }
  return ranges
}

const byPort = (a: PortRow, b: PortRow): number =>
  a.protocol.localeCompare(b.protocol) ||
  (a.external ?? Infinity) - (b.external ?? Infinity) ||
  (a.router < b.router ? -1 : 1)

/** Every TCP and UDP port: where it leads and since when, which are free, and who waits for one. */
export function portTable({ ledger, waiting, networks, settings, policy }: PortSources): PortTable {
  const rows = networks.flatMap(({ network, entries }) =>
    [...entries.values()]
      .filter(({ section }) => section === 'tcp.routers' || section === 'udp.routers')
      .flatMap((entry) => rowsOf(entry, network, entries, ledger)),
  )
  const used = new Set(rows.map(({ protocol, entryPoint }) => entryPointKey(protocol, entryPoint)))
  const { ports } = registeredPorts(settings, policy)
  const freeOf = (protocol: Protocol): readonly PortRange[] =>
    rangesOf(
      ports[protocol].filter((port) => {
        const key = entryPointKey(protocol, `${protocol}-${port}`)
        return !used.has(key) && !ledger.entryPoints.has(key)
      }),
    )
  return { rows: rows.sort(byPort), free: { tcp: freeOf('tcp'), udp: freeOf('udp') }, waiting }
}
