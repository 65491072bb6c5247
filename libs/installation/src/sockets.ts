import { entryPointsOf, type EntryPoint, type Machine } from '@route-server/machine'
import { addressOf } from './addresses.ts'
import type { Circumstances } from './installation.ts'
import { PRIVATE, PRIVATE_ADDRESS, TRAEFIK } from './paths.ts'

/** A socket that systemd holds for Traefik, which knows it by the name of its entry point. */
export interface Socket {
  /** `rediacc-traefik-tcp-25.socket` */
  readonly unit: string
  readonly entryPoint: string
  readonly kind: 'stream' | 'datagram'
  readonly address: string
}

/**
 * Every socket of a machine's Traefik. They are systemd's, so that Traefik needs no capability, nobody is refused while it restarts,
 * and nobody else can join a port, as he could with SO_REUSEPORT.
 */
export function socketsOf(machine: Machine, bind: Circumstances['bind']): readonly Socket[] {
  const { infra } = machine
  const socket = (entryPoint: EntryPoint, kind: Socket['kind'], suffix = ''): Socket => ({
    unit: `${TRAEFIK}-${entryPoint.name}${suffix}.socket`,
    entryPoint: entryPoint.name,
    kind,
    address: addressOf(entryPoint, bind),
  })
  const entryPoints = entryPointsOf(infra)
  return [
    { unit: `${TRAEFIK}-${PRIVATE}.socket`, entryPoint: PRIVATE, kind: 'stream', address: PRIVATE_ADDRESS },
    ...entryPoints.map((entryPoint) => socket(entryPoint, entryPoint.protocol === 'udp' ? 'datagram' : 'stream')),
    ...entryPoints
      .filter(({ protocol, port }) => infra.http3 && protocol === 'http' && port === 443)
      .map((entryPoint) => socket(entryPoint, 'datagram', '-http3')),
  ]
}

export const socketUnit = ({ entryPoint, kind, address }: Socket): string => `[Unit]
Description=Traefik's entry point ${entryPoint}, ${address}${kind === 'datagram' ? ' (UDP)' : ''}

[Socket]
${kind === 'stream' ? 'ListenStream' : 'ListenDatagram'}=${address}
FileDescriptorName=${entryPoint}
Service=${TRAEFIK}.service
# The address may come later than this, at boot.
FreeBind=yes
Backlog=4096

[Install]
WantedBy=sockets.target
`
