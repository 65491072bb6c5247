import type { ContainerSpec } from '@route-server/docker-simulator'
import type { Container } from '@route-server/plugin-api'
import { addressOf, injectedLabels } from '@route-server/testbed/network'

export const BASE_DOMAIN = 'example.com'

/** The network ID of the nth daemon of the bench. */
export const networkOf = (daemon: number): number => 64 * (daemon + 1)

export const socketOf = (folder: string, daemon: number): string => `${folder}/docker-${networkOf(daemon)}.sock`

/** What leads to the nth container of a daemon in a document. */
export const nameOf = (daemon: number, index: number): string => `service${index}-${networkOf(daemon)}`

/** A network has 61 addresses; containers beyond that share them. */
const SLOTS = 61

const slotOf = (index: number): number => index % SLOTS

/** What `renet compose` and Docker Compose give the nth container. */
export function givenLabels(network: number, service: string, index: number): Readonly<Record<string, string>> {
  const folder = `/mnt/rediacc/mounts/repo-${network}`
  const hash = Buffer.from(`${service}-${network}`).toString('hex').padEnd(64, '0')
  return {
    ...injectedLabels(network, service, slotOf(index)),
    'com.docker.compose.config-hash': hash,
    'com.docker.compose.container-number': '1',
    'com.docker.compose.depends_on': '',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': `repo-${network}`,
    'com.docker.compose.project.config_files': `${folder}/docker-compose.yml`,
    'com.docker.compose.project.working_dir': folder,
    'com.docker.compose.service': service,
    'com.docker.compose.version': '2.40.3',
  }
}

/** Half of them have an automatic route, half a router of their own. Labels give the ports, so that none has to be inspected. */
export function containerSpec(daemon: number, index: number): ContainerSpec {
  const network = networkOf(daemon)
  const name = `service${index}`
  const port = String(8000 + (index % 1000))
  const routing =
    index % 2 === 0
      ? { 'rediacc.service_port': port }
      : {
          'traefik.enable': 'true',
          [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.network${network}.example.org\`)`,
          [`traefik.http.routers.${name}.tls.certresolver`]: 'letsencrypt',
          [`traefik.http.services.${name}.loadbalancer.server.port`]: port,
        }
  return {
    name,
    image: 'busybox:1.37',
    labels: { ...givenLabels(network, name, index), ...routing },
  }
}

/** The same container as the kernel knows it. */
export function containerOf(daemon: number, index: number): Container {
  const { name, image = '', labels = {} } = containerSpec(daemon, index)
  return {
    id: (daemon * 100_000 + index).toString(16).padStart(64, '0'),
    name,
    image,
    created: 1_700_000_000 + index,
    state: 'running',
    health: 'none',
    status: 'Up 1 second',
    labels,
    networkMode: 'host',
    network: networkOf(daemon),
    daemon: socketOf('/run', daemon),
  }
}

/** Where the container's own router of the scenario `live` is asked. */
export const hostOf = (index: number): string => `live${index}.example.org`

/** One with a router of its own, which Traefik's Docker provider takes as well as we do. */
export function routedSpec(
  daemon: number,
  index: number,
  isBridged: boolean,
  port = 8000 + (index % 1000),
): ContainerSpec {
  const network = networkOf(daemon)
  const name = `live${index}`
  return {
    name,
    image: 'busybox:1.37',
    ...(isBridged && { networkMode: 'bridge', networks: { bridge: { ip: addressOf(network, slotOf(index)) } } }),
    labels: {
      ...injectedLabels(network, name, slotOf(index)),
      'traefik.enable': 'true',
      [`traefik.http.routers.${name}.rule`]: `Host(\`${hostOf(index)}\`)`,
      [`traefik.http.routers.${name}.entrypoints`]: 'web',
      [`traefik.http.services.${name}.loadbalancer.server.port`]: String(port),
    },
  }
}
