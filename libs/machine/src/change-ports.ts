import { DEFAULT_TCP_PORTS, DEFAULT_UDP_PORTS } from './entry-points.ts'
import type { Infra, Machine } from './machine.ts'
import { showPorts } from './ports.ts'
import { whyReserved } from './reserved-ports.ts'

export const PROTOCOLS = ['tcp', 'udp'] as const
type Protocol = (typeof PROTOCOLS)[number]

/** Where each protocol's ports are. */
const KEYS = {
  tcp: { own: 'tcpPorts', without: 'withoutTcpPorts', preconfigured: DEFAULT_TCP_PORTS },
  udp: { own: 'udpPorts', without: 'withoutUdpPorts', preconfigured: DEFAULT_UDP_PORTS },
} as const

/** Each of them a socket of its own on the machine. */
const MOST = 1_000

export interface PortWishes {
  readonly add?: readonly number[]
  readonly remove?: readonly number[]
  readonly set?: readonly number[]
}

export interface PortChange {
  /** The protocol's two lists. */
  readonly infra: Partial<Infra>
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

/** A machine's ports of one protocol with what was wished. A preconfigured port that is removed is remembered as such, until it is added again. */
export function changePorts(machine: Machine, protocol: Protocol, { add, remove = [], set }: PortWishes): PortChange {
  const { own, without, preconfigured } = KEYS[protocol]
  const { infra } = machine
  const wanted = new Set(set ?? add ?? [])
  const unwanted = new Set(remove)
  const owned = new Set(set ?? [...infra[own], ...wanted])
  const left = new Set([...infra[without], ...remove.filter((port) => preconfigured.includes(port))])
  const absent = remove.filter(
    (port) =>
      !infra[own].includes(port) &&
      !(infra.defaultPorts && preconfigured.includes(port) && !infra[without].includes(port)),
  )
  const all = ascending([...owned].filter((port) => !unwanted.has(port)))
  const flag = set ? `--set-${protocol}-ports` : `--${protocol}-ports`
  const both = remove.filter((port) => wanted.has(port))
  return {
    infra: { [own]: all, [without]: ascending([...left].filter((port) => !wanted.has(port))) },
    problems: [
      ...(set && add ? [`--set-${protocol}-ports: it replaces the list; leave --${protocol}-ports out`] : []),
      ...(both.length > 0 ? [`--remove-${protocol}-ports: ${showPorts(both)} is in ${flag}, too`] : []),
      ...[...wanted].flatMap((port) => {
        const why = whyReserved(port, machine.ssh.port)
        return why === undefined ? [] : [`${flag}: ${port} can't be an entry point: ${why}`]
      }),
      ...(all.length > MOST ? [`${flag}: ${all.length} ports are too many; ${MOST} are the most`] : []),
    ],
    notes:
      absent.length > 0 ? [`${protocol.toUpperCase()} ${plural(absent)} ${showPorts(absent)} wasn't registered.`] : [],
  }
}

const plural = (ports: readonly number[]): string => (ports.length === 1 ? 'port' : 'ports')

const ascending = (ports: readonly number[]): readonly number[] => ports.toSorted((a, b) => a - b)

/** Ports of a machine that can't be entry points, with the settings that have them. */
export function reservedPorts(
  infra: Pick<Infra, 'tcpPorts' | 'udpPorts'>,
  sshPort: number | undefined,
): readonly { readonly key: 'tcpPorts' | 'udpPorts'; readonly port: number; readonly why: string }[] {
  return PROTOCOLS.flatMap((protocol) => {
    const key = KEYS[protocol].own
    return infra[key].flatMap((port) => {
      const why = whyReserved(port, sshPort)
      return why === undefined ? [] : [{ key, port, why }]
    })
  })
}
