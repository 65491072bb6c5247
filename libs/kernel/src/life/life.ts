import type { NetworkId } from '@route-server/plugin-api'
import type { Listing } from '../snapshot.ts'
import { createNetworkLife } from './network-life.ts'
import type { LifeOptions, Moment, NetworkLife } from './network-life.ts'
import type { LifeChange, ResidentChange, Residents } from './roster.ts'

/** Says of every container what becomes of its routes, from what was listed of it until now. */
export interface Life {
  /** Who is other than the last time. */
  attend(listings: ReadonlyMap<NetworkId, Listing>, now: Moment, options: LifeOptions): LifeChange
  /** Who lives where now. */
  residents(): ReadonlyMap<NetworkId, Residents>
  /** When somebody's presence will change by itself, on the clock that is never set; `Infinity`: never. */
  readonly due: number
}

/** The change after which nobody is there any more. */
const allGone = ({ residents }: NetworkLife): ResidentChange =>
  new Map([...residents.keys()].map((id) => [id, undefined]))

export function createLife(): Life {
  const networks = new Map<NetworkId, NetworkLife>()
  return {
    attend(listings, now, options) {
      const change = new Map<NetworkId, ResidentChange>()
      for (const [network, life] of networks) {
        if (listings.has(network)) continue
        networks.delete(network)
        change.set(network, allGone(life))
      }
      for (const [network, listing] of listings) {
        const life = networks.get(network) ?? createNetworkLife()
        networks.set(network, life)
        const changed = life.attend(listing, now, options)
        if (changed.size > 0) change.set(network, changed)
      }
      return change
    },
    residents: () => new Map([...networks].map(([network, { residents }]) => [network, residents])),
    get due() {
      let due = Infinity
      for (const life of networks.values()) due = Math.min(due, life.due)
      return due
    },
  }
}
