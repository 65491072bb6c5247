import type { NetworkId } from '@route-server/plugin-api'
import type { Snapshot } from '../snapshot.ts'

/** Of whom it is known that what isn't listed isn't there: daemons that are heard, and networks that have none. */
export function isAway({ daemons, unknown }: Snapshot): (network: NetworkId) => boolean {
  const states = new Map(daemons.map(({ network, state }) => [network, state]))
  return (network) => {
    const state = states.get(network)
    return state === undefined ? unknown.length === 0 : state === 'live' || state === 'gone'
  }
}
