import type { RouterView } from '@route-server/kernel'

/** What Traefik has made of a router. `absent`: it hasn't got it, yet or at all. `unknown`: nobody told. */
export interface TraefikStatus {
  readonly status: 'enabled' | 'warning' | 'disabled' | 'absent' | 'unknown'
  /** Traefik's own words. */
  readonly errors: readonly string[]
}

/** Asked for each router that is shown; answers at once, with what was last heard. */
export type TraefikStatusOf = (router: Pick<RouterView, 'protocol' | 'name'>) => TraefikStatus

export const UNKNOWN: TraefikStatus = { status: 'unknown', errors: [] }
