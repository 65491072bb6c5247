import type { Settings } from '@route-server/plugin-api'
import { checkEntry } from '@route-server/traefik'
import type { Ledger } from '../claims/ledger.ts'
import { entryPointsOf } from '../evaluate/entry-points.ts'
import type { NetworkRoutes } from '../network/network.ts'
import { entryOf } from './entry.ts'
import type { Parts } from './render.ts'
import { renderParts } from './render.ts'

/** Every UDP entry point that is registered or has been somebody's, and that none of these routers is on. */
export function idleUdpEntryPoints(
  networks: readonly NetworkRoutes[],
  { entryPoints: claimed }: Ledger,
  { entryPoints: registered = [] }: Settings,
): readonly string[] {
  const known = new Set(registered.filter((name) => name.startsWith('udp-')))
  for (const key of claimed.keys()) if (key.startsWith('udp ')) known.add(key.slice('udp '.length))
  for (const { parts } of networks)
    for (const { value } of parts.get('udp.routers')?.entries ?? [])
      for (const name of entryPointsOf(value)) known.delete(name)
  return [...known].sort()
}

/**
 * Traefik never forgets a UDP router that is merely left out: it goes on forwarding to where it led. So every UDP entry point
 * without one gets a router of ours that leads nowhere. No network's name ends in `-unused`. These entries pass no screen, so
 * what couldn't be one is left out here: a label may well name an entry point of 10,000 characters.
 */
export function idleUdpRouters(entryPoints: readonly string[]): Parts {
  return renderParts(
    entryPoints.flatMap((entryPoint) => {
      const name = `${entryPoint}-unused`
      const router = { entryPoints: [entryPoint], service: name }
      if (checkEntry('udp.routers', name, router).length > 0) return []
      const ours = { name, references: [], origins: [] }
      return [
        entryOf({ ...ours, section: 'udp.routers', value: router }),
        entryOf({ ...ours, section: 'udp.services', value: { loadBalancer: { servers: [] } } }),
      ]
    }),
  )
}
