import type { Container, NetworkId } from '@route-server/plugin-api'

/** Why a container's routes stay although it gets no traffic. They answer 503, but for one that is awaited. */
export type HoldReason =
  /** Its health check hasn't succeeded yet. */
  | 'starting'
  | 'unhealthy'
  | 'paused'
  /** It went away a moment ago, its successor is about to come, and requests wait at its address. */
  | 'awaited'
  /** It went away lately, and a successor may come. */
  | 'departed'
  /** It keeps dying. */
  | 'looping'

/** A container, and what becomes of its routes. The same object for as long as nothing about it changes. */
export type Resident =
  | { readonly container: Container; readonly presence: 'serving' }
  /** Its routes are served, without its servers unless it is awaited; `since` in milliseconds since 1970. */
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
