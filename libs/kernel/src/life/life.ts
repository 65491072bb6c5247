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

/** A network, and what it was attended with last. */
interface Attended {
  readonly life: NetworkLife
  readonly listing: Listing
  readonly options: LifeOptions
  /** Its life's, at hand: of thousands of networks few have anything to do. */
  readonly due: number
}

export function createLife(): Life {
  const networks = new Map<NetworkId, Attended>()
  return {
    attend(listings, now, options) {
      const change = new Map<NetworkId, ResidentChange>()
      for (const [network, { life }] of networks) {
        if (listings.has(network)) continue
        networks.delete(network)
        change.set(network, allGone(life))
      }
      for (const [network, listing] of listings) {
        const before = networks.get(network)
        if (before?.listing === listing && before.options === options && before.due > now.clock) continue
        const life = before?.life ?? createNetworkLife()
        const changed = life.attend(listing, now, options)
        networks.set(network, { life, listing, options, due: life.due })
        if (changed.size > 0) change.set(network, changed)
      }
      return change
    },
    residents: () => new Map([...networks].map(([network, { life }]) => [network, life.residents])),
    get due() {
      let due = Infinity
      for (const attended of networks.values()) due = Math.min(due, attended.due)
      return due
    },
  }
}
