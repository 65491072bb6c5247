import type { Container, NetworkId } from '@route-server/plugin-api'
import type { Listing } from '../snapshot.ts'
import type { Resident, Roster, Rosters } from './roster.ts'

const residents = new WeakMap<Container, Resident>()
const rosters = new WeakMap<Listing, Roster>()

function residentOf(container: Container): Resident {
  const known = residents.get(container)
  if (known) return known
  const resident: Resident = { container, presence: container.state === 'running' ? 'serving' : 'absent' }
  residents.set(container, resident)
  return resident
}

function rosterOf(listing: Listing): Roster {
  const known = rosters.get(listing)
  if (known) return known
  const { network, daemon, containers } = listing
  const roster: Roster = { network, daemon, residents: containers.map(residentOf) }
  rosters.set(listing, roster)
  return roster
}

/** The rosters of listings that have no past: who runs serves, nobody else. The same objects for the same listings and containers. */
export const rostersOf = (listings: ReadonlyMap<NetworkId, Listing>): Rosters =>
  new Map([...listings].map(([network, listing]) => [network, rosterOf(listing)]))
