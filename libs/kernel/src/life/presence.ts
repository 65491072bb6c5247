import type { Listing } from '../snapshot.ts'
import type { Residents } from './roster.ts'

/** Who lives in networks that have no past: who runs serves, nobody else. */
export const residentsOf = (listings: Iterable<Listing>): ReadonlyMap<number, Residents> =>
  new Map(
    [...listings].map(({ network, containers }) => [
      network,
      new Map(
        containers.map((container) => [
          container.id,
          { container, presence: container.state === 'running' ? 'serving' : 'absent' },
        ]),
      ),
    ]),
  )
