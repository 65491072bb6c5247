import { checkEntry } from '@route-server/traefik'
import { entryOf } from './entry.ts'
import type { Entry } from './entry.ts'
import type { Parts } from './render.ts'
import { renderParts } from './render.ts'

/** Entry points that these UDP routers are on. */
export const udpEntryPointsOf = (routers: readonly Entry[]): ReadonlySet<string> =>
  new Set(routers.flatMap(({ value }) => (value['entryPoints'] ?? []) as readonly string[]))

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
