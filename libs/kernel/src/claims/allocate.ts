import type { NetworkId, PortRequest, Settings } from '@route-server/plugin-api'
import type { Policy } from '../policy.ts'
import { entryPointKey } from '../ledger/ledger.ts'
import type { LiveLedger } from '../ledger/live-ledger.ts'
import { kindOf, portOf } from './entry-points.ts'

type Protocol = PortRequest['protocol']

/** The ports of entry points that this machine has. */
export interface Registered {
  /** Ascending. */
  readonly ports: Readonly<Record<Protocol, readonly number[]>>
  /** Those among them that are given to whoever asks; ascending. */
  readonly dynamic: Readonly<Record<Protocol, readonly number[]>>
  has(protocol: Protocol, port: number): boolean
}

/** What a machine has of which no list is known, besides the dynamic range. */
const USUAL: Readonly<Record<Protocol, readonly number[]>> = {
  tcp: [3306, 5432, 6379, 27_017, 11_211, 5672, 9092, ...Array.from({ length: 11 }, (_, index) => 10_000 + index)],
  udp: [53],
}

export function registeredPorts(settings: Settings, { dynamicPorts }: Policy): Registered {
  const portsOf = (protocol: Protocol): ReadonlySet<number> => {
    const { first, last } = dynamicPorts[protocol]
    const listed = settings.entryPoints?.flatMap((name) =>
      kindOf(name, settings) === protocol ? (portOf(name) ?? []) : [],
    )
    const usual = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
    return new Set([...(listed ?? [...USUAL[protocol], ...usual])].sort((a, b) => a - b))
  }
  const sets = { tcp: portsOf('tcp'), udp: portsOf('udp') }
  const dynamicOf = (protocol: Protocol): readonly number[] => {
    const { first, last } = dynamicPorts[protocol]
    return [...sets[protocol]].filter((port) => port >= first && port <= last)
  }
  return {
    ports: { tcp: [...sets.tcp], udp: [...sets.udp] },
    dynamic: { tcp: dynamicOf('tcp'), udp: dynamicOf('udp') },
    has: (protocol, port) => sets[protocol].has(port),
  }
}

/** Who asks for a port, and what else its network has. */
export interface Asker {
  readonly network: NetworkId
  readonly service: string
  readonly asks: PortRequest
  /** Entry points that routers of its network name. */
  readonly named: Pick<ReadonlySet<string>, 'has'>
}

/** Whether nobody else has the entry point. */
function isFree(
  protocol: Protocol,
  port: number,
  { network, service, asks, named }: Asker,
  ledger: LiveLedger,
): boolean {
  const key = entryPointKey(protocol, `${protocol}-${port}`)
  return (
    !named.has(key) &&
    ledger.usersOf(key).every((user) => user.network === network) &&
    [...ledger.allocatedOn(key)].every(
      (other) => other.network === network && other.service === service && other.port === asks.port,
    )
  )
}

/** The port that the service gets: its own if that is free, else the lowest of those given to whoever asks; `undefined` if none is free. */
export function freePort(asker: Asker, registered: Registered, ledger: LiveLedger): number | undefined {
  const { protocol, port } = asker.asks
  const candidates = registered.has(protocol, port)
    ? [port, ...registered.dynamic[protocol]]
    : registered.dynamic[protocol]
  return candidates.find((candidate) => isFree(protocol, candidate, asker, ledger))
}
