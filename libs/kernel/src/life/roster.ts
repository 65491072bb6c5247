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

/** Residents that are other than before, by the ID of their containers; `undefined` stands for one that isn't there any more. */
export type ResidentChange = ReadonlyMap<string, Resident | undefined>

/** Who is other than before, network by network. */
export type LifeChange = ReadonlyMap<NetworkId, ResidentChange>

/** Who lives in a network, by the IDs of their containers. */
export type Residents = ReadonlyMap<string, Resident>

/** Whether it isn't there any more. */
export const isGone = (reason: HoldReason): boolean => reason === 'awaited' || reason === 'departed'
