import { addressOf, injectedLabels, type ContainerOptions, type Endpoint, type RealDaemon } from '@route-server/testbed'

/** A service of a compose file, as `renet compose` starts it. */
export interface Service extends Pick<ContainerOptions, 'health' | 'restartPolicy'> {
  /** Also the container's name, unless that is told. */
  name: string
  /** Of its address in the network; 0 unless told. */
  slot?: number
  /** Ports that its program listens on, at the service's address. */
  listen?: Readonly<Partial<Record<'http' | 'tcp' | 'tls' | 'udp', number>>>
  /** Lines of a compose file, `key=value`, or a map. */
  labels?: readonly string[] | Readonly<Record<string, string>>
  /** What its image exposes, such as `8080/tcp`. */
  expose?: readonly string[]
  /** What its program calls itself; `{name}-{networkID}` unless told. */
  calls?: string
  /** The container's name, where it isn't the service's. */
  container?: string
  /** Further arguments of its program, such as `unhealthy=/flag`. */
  arguments?: readonly string[]
}

/** Starts it with the labels that `renet compose` injects. */
export function deploy(daemon: RealDaemon, service: Service): Promise<string> {
  const { networkId } = daemon
  const { name, slot = 0, listen = {}, expose = [], health, restartPolicy = 'no' } = service
  const { calls = `${name}-${networkId}`, container = name, arguments: further = [] } = service
  const address = addressOf(networkId, slot)
  return daemon.run({
    name: container,
    expose,
    restartPolicy,
    ...(health && { health }),
    command: [
      ...Object.entries(listen).map(([protocol, port]) => `${protocol}=${address}:${port}`),
      `name=${calls}`,
      ...further,
    ],
    labels: labelsOf(daemon, service),
  })
}

type Network = Pick<RealDaemon, 'networkId'>

/** Its own labels, and those that `renet compose` injects. */
export function labelsOf({ networkId }: Network, { name, slot = 0, labels = [] }: Service): Record<string, string> {
  return {
    ...asMap(labels),
    ...injectedLabels(networkId, name, slot),
  }
}

/** Where a service's own port is, without Traefik. */
export function portOf(daemon: RealDaemon, port: number, slot = 0): Endpoint {
  return { host: addressOf(daemon.networkId, slot), port }
}

/** The host of a service's auto-route. */
export function autoHost(service: string, { networkId }: Network): string {
  return `${service}-${networkId}.example.com`
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
