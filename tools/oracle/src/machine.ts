import type { ContainerSpec } from '@route-server/docker-simulator'
import { addressOf, injectedLabels } from '@route-server/testbed/network'
import type { Case } from './case.ts'

/** The repository that every case is in: 0x010000 gives 127.1.0.0/26. */
export const NETWORK = 65_536
export const BASE_DOMAIN = 'example.com'
export const CERT_RESOLVER = 'letsencrypt'

const CREATED = 1_700_000_000_000

/** Ascending with age, and never the same in two cases. */
const idOf = (round: number, index: number): string => (round * 1000 + index).toString(16).padStart(64, '0')

/** A service's name as our automatic names have it. */
export const dnsLabel = (name: string): string => name.toLowerCase().replace(/[_.]/g, '-')

const portSpec = (port: string): string => (port.includes('/') ? port : `${port}/tcp`)

/**
 * The containers of a case as Docker would tell of them. Traefik finds them on a bridge network, under the very addresses that
 * `renet compose` gives them on loopback, so that the servers of both sides have to be equal. With the project `-` Traefik's
 * name for what it makes by itself is the service's alone, as ours is; that ours is always a DNS label is taken as given.
 */
export function containersOf({ services }: Case, round: number, networkMode: 'bridge' | 'host'): ContainerSpec[] {
  const replicas = Object.entries(services).flatMap(([name, service]) =>
    Array.from({ length: service.replicas ?? 1 }, (_, replica) => ({ name, service, replica })),
  )
  return replicas.map(({ name, service, replica }, index) => ({
    name: `case-${name}-${replica + 1}`,
    id: idOf(round, index),
    created: CREATED + index * 1000,
    networkMode,
    ...(networkMode === 'bridge' && { networks: { bridge: { ip: addressOf(NETWORK, index) } } }),
    ...(service.health && { health: service.health }),
    exposedPorts: (service.expose ?? []).map(portSpec),
    labels: {
      'com.docker.compose.project': '-',
      'com.docker.compose.service': dnsLabel(name),
      ...injectedLabels(NETWORK, name, index),
      ...service.labels,
    },
  }))
}

/** What shows that a side has seen the containers of this round. */
export const markOf = (round: number): string => `oracle-mark-${round}`

/**
 * A container that is in every round, with one UDP service that leads nowhere. It is the oldest, so that Docker lists it last,
 * and its port is the image's: whoever has asked for that has asked for all the others' before.
 */
export function markContainer(round: number, networkMode: 'bridge' | 'host'): ContainerSpec {
  const name = markOf(round)
  return {
    name,
    id: idOf(round, 999),
    created: CREATED - 1000,
    networkMode,
    ...(networkMode === 'bridge' && { networks: { bridge: { ip: addressOf(NETWORK, 60) } } }),
    exposedPorts: ['9/udp'],
    labels: {
      ...injectedLabels(NETWORK, 'oracle-mark', 60),
      'traefik.enable': 'true',
      [`traefik.udp.services.${name}.loadbalancer.server.port`]: '',
    },
  }
}
