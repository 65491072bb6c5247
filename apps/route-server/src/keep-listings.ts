import { isUp, serviceOf, type Listing, type Snapshot, type SnapshotSource } from '@route-server/kernel'
import type { Container, NetworkId } from '@route-server/plugin-api'
import type { State } from '@route-server/state'

export interface KeepOptions {
  readonly state: Pick<State, 'keepListing' | 'forgetListing'>
  /** What is kept already. */
  readonly before: Snapshot['listings']
  /** How long a container that went away is kept as it was, for a start in between to keep its routes; milliseconds. */
  readonly redeployGrace: number
}

/** Whether it needs nobody before it: one that is starting gets traffic for the sake of its predecessor. */
const isSettled = (container: Container): boolean => isUp(container) && container.health !== 'starting'

/** The listing with the containers that went away lately and have no successor, as they were. */
function withDeparted(listing: Listing, departed: readonly Container[]): Listing {
  if (departed.length === 0) return listing
  const services = new Set(listing.containers.filter(isSettled).map(serviceOf))
  const missed = departed.filter((container) => !services.has(serviceOf(container)))
  const ids = new Set(missed.map(({ id }) => id))
  return missed.length === 0
    ? listing
    : { ...listing, containers: [...listing.containers.filter(({ id }) => !ids.has(id)), ...missed] }
}

interface Departed {
  readonly container: Container
  readonly until: number
}

/** One that went away lately, or whose successor is starting and gets its traffic for the sake of it. */
function isMissed({ container, until }: Departed, { containers }: Pick<Listing, 'containers'>, now: number): boolean {
  const successors = containers.filter((one) => isUp(one) && serviceOf(one) === serviceOf(container))
  return until > now || (successors.length > 0 && !successors.some(isSettled))
}

/** One network's listing, from change to change. */
function createKeeper(first: Listing | undefined, { state, redeployGrace }: KeepOptions) {
  let last = first
  let departed: readonly Departed[] = []
  let timer: NodeJS.Timeout | undefined

  function forgetLater(after: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (!last) return
      const { containers } = last
      departed = departed.filter((gone) => isMissed(gone, { containers }, performance.now()))
      state.keepListing(
        withDeparted(
          last,
          departed.map(({ container }) => container),
        ),
      )
      if (departed.length > 0) forgetLater(redeployGrace)
    }, after)
  }

  return {
    keep(listing: Listing): void {
      if (listing === last) return
      const up = new Set(listing.containers.filter(isUp).map(({ id }) => id))
      const lost = last?.containers.filter((container) => isUp(container) && !up.has(container.id)) ?? []
      const now = performance.now()
      departed = [
        ...departed.filter((gone) => !up.has(gone.container.id) && isMissed(gone, listing, now)),
        ...lost.map((container) => ({ container, until: now + redeployGrace })),
      ]
      last = listing
      const missed = departed.map(({ container }) => container)
      state.keepListing(withDeparted(listing, missed))
      if (lost.length > 0) forgetLater(redeployGrace)
    },
    close: () => clearTimeout(timer),
  }
}

/** Keeps every new complete listing for the next start, and forgets those of daemons that are gone, until the returned function is called. */
export function keepListings(source: SnapshotSource, options: KeepOptions): () => void {
  const { state, before } = options
  const keepers = new Map<NetworkId, ReturnType<typeof createKeeper>>(
    [...before].map(([network, listing]) => [network, createKeeper(listing, options)]),
  )
  const forget = (listings: Snapshot['listings']): void => {
    for (const [network, keeper] of keepers) {
      if (listings.has(network)) continue
      keeper.close()
      keepers.delete(network)
      state.forgetListing(network)
    }
  }
  const keep = (): void => {
    const { listings } = source.read()
    forget(listings)
    for (const [network, listing] of listings) {
      const keeper = keepers.get(network) ?? createKeeper(undefined, options)
      keepers.set(network, keeper)
      keeper.keep(listing)
    }
  }
  keep()
  const unsubscribe = source.subscribe(keep)
  return () => {
    unsubscribe()
    for (const keeper of keepers.values()) keeper.close()
  }
}
