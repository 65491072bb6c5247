import type { Settings } from '@route-server/plugin-api'
import { checkEntry } from '@route-server/traefik'
import { createBag } from '../bag.ts'
import { entryPointsOf } from '../evaluate/entry-points.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { entryOf } from './entry.ts'
import type { Entry } from './entry.ts'

/** Every UDP entry point that is registered or has been somebody's, and that no router is on. */
export interface IdleUdp {
  /** Takes in what is served otherwise than before. Returns whether UDP routers are among it. */
  change(gone: readonly Entry[], come: readonly Entry[]): boolean
  /** Sorted. */
  of(ledger: Ledger): readonly string[]
}

export function createIdleUdp({ entryPoints: registered = [] }: Settings): IdleUdp {
  /** Entry points that routers are on. */
  const used = createBag()
  function count(entries: readonly Entry[], by: 1 | -1): number {
    const routers = entries.filter(({ section }) => section === 'udp.routers')
    for (const { value } of routers) for (const name of entryPointsOf(value)) used.change(name, by)
    return routers.length
  }
  const own = registered.filter((name) => name.startsWith('udp-'))
  return {
    change: (gone, come) => count(gone, -1) + count(come, 1) > 0,
    of({ entryPoints }) {
      const known = new Set(own)
      for (const key of entryPoints.keys()) if (key.startsWith('udp ')) known.add(key.slice('udp '.length))
      return [...known].filter((name) => !used.keys.has(name)).sort()
    },
  }
}

/**
 * Traefik never forgets a UDP router that is merely left out: it goes on forwarding to where it led. So every UDP entry point
 * without one gets a router of ours that leads nowhere. No network's name ends in `-unused`. These entries pass no screen, so
 * what couldn't be one is left out here: a label may well name an entry point of 10,000 characters.
 */
export function idleUdpEntries(entryPoint: string): readonly Entry[] {
  const name = `${entryPoint}-unused`
  const router = { entryPoints: [entryPoint], service: name }
  if (checkEntry('udp.routers', name, router).length > 0) return []
  const ours = { name, references: [], origins: [] }
  return [
    entryOf({ ...ours, section: 'udp.routers', value: router }),
    entryOf({ ...ours, section: 'udp.services', value: { loadBalancer: { servers: [] } } }),
  ]
}
