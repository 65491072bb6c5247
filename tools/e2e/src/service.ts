import { addressOf, type Endpoint, type RealDaemon } from '@route-server/testbed'

/** A service of a compose file, as `renet compose` starts it. */
export interface Service {
  /** Also the container's name. */
  name: string
  /** Of its address in the network; 0 unless told. */
  slot?: number
  /** Ports that its program listens on, at the service's address. */
  listen?: Readonly<Partial<Record<'http' | 'tcp' | 'tls' | 'udp', number>>>
  /** Lines of a compose file, `key=value`, or a map. */
  labels?: readonly string[] | Readonly<Record<string, string>>
  /** What its image exposes, such as `8080/tcp`. */
  expose?: readonly string[]
}

/** Starts it with the labels that `renet compose` injects; its program calls itself `{name}-{networkID}`. */
export function deploy(daemon: RealDaemon, service: Service): Promise<string> {
  const { name, slot = 0, listen = {}, labels = [], expose = [] } = service
  const { networkId } = daemon
  const address = addressOf(networkId, slot)
  return daemon.run({
    name,
    expose,
    command: [
      ...Object.entries(listen).map(([protocol, port]) => `${protocol}=${address}:${port}`),
      `name=${name}-${networkId}`,
    ],
    labels: {
      ...asMap(labels),
      'rediacc.service_name': name,
      'rediacc.service_ip': address,
      'rediacc.network_id': String(networkId),
    },
  })
}

/** Where a service's own port is, without Traefik. */
export function portOf(daemon: RealDaemon, port: number, slot = 0): Endpoint {
  return { host: addressOf(daemon.networkId, slot), port }
}

/** The host of a service's auto-route. */
export function autoHost(service: string, daemon: RealDaemon): string {
  return `${service}-${daemon.networkId}.example.com`
}

function asMap(labels: NonNullable<Service['labels']>): Readonly<Record<string, string>> {
  if (!isList(labels)) return labels
  return Object.fromEntries(
    labels.map((line) => {
      const equals = line.indexOf('=')
      return [line.slice(0, equals), line.slice(equals + 1)]
    }),
  )
}

const isList = (labels: NonNullable<Service['labels']>): labels is readonly string[] => Array.isArray(labels)
