import type { Snapshot, SnapshotSource } from '@route-server/kernel'
import type { State } from '@route-server/state'

/** Keeps every new complete listing for the next start, and forgets those of daemons that are gone, until the returned function is called. */
export function keepListings(
  source: SnapshotSource,
  state: Pick<State, 'listings' | 'keepListing' | 'forgetListing'>,
): () => void {
  let kept: Snapshot['listings'] = state.listings
  const keep = (): void => {
    const { listings } = source.read()
    for (const [network, listing] of listings) if (kept.get(network) !== listing) state.keepListing(listing)
    for (const network of kept.keys()) if (!listings.has(network)) state.forgetListing(network)
    kept = listings
  }
  keep()
  return source.subscribe(keep)
}
