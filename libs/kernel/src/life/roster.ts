import type { Container, NetworkId } from '@route-server/plugin-api'

/** Why a container gets no traffic although its routes stay and answer 503. */
export type HoldReason =
  /** Its health check hasn't succeeded yet. */
  | 'starting'
  | 'unhealthy'
  | 'paused'
  /** It went away a moment ago, and a successor may come. */
  | 'departed'
  /** It keeps dying. */
  | 'looping'

/** A container, and what becomes of its routes. The same object for as long as nothing about it changes. */
export type Resident =
  | { readonly container: Container; readonly presence: 'serving' }
  /** Its routes are served without its servers; `since` in milliseconds since 1970. */
  | { readonly container: Container; readonly presence: 'held'; readonly reason: HoldReason; readonly since: number }
  /** It has no routes: it doesn't run. */
  | { readonly container: Container; readonly presence: 'absent' }

/** Who lives in a network. The same object for as long as its residents are the same. */
export interface Roster {
  readonly network: NetworkId
  /** Path of the daemon's socket. */
  readonly daemon: string
  readonly residents: readonly Resident[]
}

export type Rosters = ReadonlyMap<NetworkId, Roster>
