import type { NetworkId } from '@route-server/plugin-api'
import type { Listing } from '../snapshot.ts'
import { createNetworkLife } from './network-life.ts'
import type { LifeOptions, Moment, NetworkLife } from './network-life.ts'
import type { Rosters } from './roster.ts'

/** Who lives where, at one moment. */
export interface Attendance {
  readonly rosters: Rosters
  /** When this will change by itself, on the clock that is never set; `Infinity`: never. */
  readonly due: number
}

/** Says of every container what becomes of its routes, from what was listed of it until now. */
export interface Life {
  attend(listings: ReadonlyMap<NetworkId, Listing>, now: Moment, options: LifeOptions): Attendance
}

export function createLife(): Life {
  let networks: ReadonlyMap<NetworkId, NetworkLife> = new Map()
  return {
    attend(listings, now, options) {
      networks = new Map([...listings.keys()].map((network) => [network, networks.get(network) ?? createNetworkLife()]))
      const rosters: Rosters = new Map(
        [...networks].flatMap(([network, life]) => {
          const listing = listings.get(network)
          return listing ? [[network, life.attend(listing, now, options)] as const] : []
        }),
      )
      return { rosters, due: Math.min(Infinity, ...[...networks.values()].map(({ due }) => due)) }
    },
  }
}
