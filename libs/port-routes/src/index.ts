import type { Container, Context, Fragment, PortRequest } from '@route-server/plugin-api'
import { hostPort, quoted, readPort } from '@route-server/traefik'

/** The label that exposes ports of a service without any `traefik.*` label. */
const PORT_LABELS = { tcp: 'rediacc.tcp_ports', udp: 'rediacc.udp_ports' } as const

type Protocol = keyof typeof PORT_LABELS

/** The ports in a comma list; what is none is reported. */
function portsIn(list: string, protocol: Protocol, context: Context): readonly number[] {
  const label = PORT_LABELS[protocol]
  const items = list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  const ports = items.flatMap((item) => {
    const port = readPort(item)
    if (port === undefined)
      context.report({
        code: 'PORT_INVALID',
        level: 'error',
        label,
        message: `${label}: ${quoted(item)} is no port, so it isn't exposed. Write a comma list of numbers from 1 to 65535.`,
      })
    return port ?? []
  })
  return [...new Set(ports)]
}

/** Routers and services for the ports that `rediacc.tcp_ports` or `rediacc.udp_ports` names; each asks for an entry point of its own. */
export function portRoutes(protocol: Protocol, { labels }: Container, context: Context): Fragment | undefined {
  const list = labels[PORT_LABELS[protocol]]
  if (list === undefined || context.traefik.state === 'disabled') return undefined
  const ports = portsIn(list, protocol, context).map((port) => [`${context.service}-${port}`, port] as const)
  if (ports.length === 0) return undefined
  const named = <T>(make: (port: number, name: string) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(ports.map(([name, port]) => [name, make(port, name)]))
  const rule = protocol === 'tcp' ? { rule: 'HostSNI(`*`)' } : {}
  return {
    [protocol]: {
      routers: named((_, service) => ({ ...rule, service })),
      services: named((port) => ({ loadBalancer: { servers: [{ address: hostPort(context.address, port) }] } })),
    },
    ports: named((port): PortRequest => ({ protocol, port })),
  }
}

/** Two fragments of one protocol as one; under a name that both use, the first one's stays. */
export function both(
  first: Fragment | undefined,
  second: Fragment | undefined,
  protocol: Protocol,
): Fragment | undefined {
  if (!first || !second) return first ?? second
  const [own, other] = [first[protocol], second[protocol]]
  return {
    ...first,
    ...second,
    [protocol]: {
      routers: { ...other?.routers, ...own?.routers },
      services: { ...other?.services, ...own?.services },
    },
  }
}
