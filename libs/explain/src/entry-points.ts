import type { Traefik } from './observed.ts'

const WEB: Readonly<Record<string, number>> = { web: 80, websecure: 443, 'web-v6': 80, 'websecure-v6': 443 }

/** The port of an entry point: as Traefik says, else as its name does. */
export function portOf(entryPoint: string, traefik: Traefik | undefined): number | undefined {
  const [, said] = /:(\d+)(?:\/\w+)?$/.exec(traefik?.entryPoints[entryPoint] ?? '') ?? []
  const [, named] = /^(?:tcp|udp)-(\d+)$/.exec(entryPoint) ?? []
  return said === undefined && named === undefined ? WEB[entryPoint] : Number(said ?? named)
}

/** Whether it is an address that a service has for itself. */
export const isOfService = (address: string): boolean => /^127\.(?!0\.0\.1$)/.test(address)
