import { statusIn } from '@route-server/traefik-api'
import type { RouterKey, RouterStatus, Statuses } from '@route-server/traefik-api'

/** What Traefik has made of a router. `unknown`: it didn't answer, or wasn't asked yet. */
export interface TraefikStatus extends Omit<RouterStatus, 'status'> {
  readonly status: RouterStatus['status'] | 'unknown'
}

/** Asked for each router that is shown; answers at once, with what was last heard. */
export type TraefikStatusOf = (router: RouterKey) => TraefikStatus

const UNKNOWN: TraefikStatus = { status: 'unknown', errors: [] }
/** Between two questions, while somebody looks. Milliseconds. */
const EVERY = 4_000

interface Asking {
  readonly ask: () => Promise<Statuses>
  /** Whether somebody has the page open. */
  readonly isWatched: () => boolean
  /** Told when the answer is another. */
  readonly changed: () => void
}

/** Between two who look, what was said so long ago isn't said again. Milliseconds. */
const LASTS = 30_000

/** What Traefik last said; asked when somebody looks, and again and again while somebody does. */
export function createTraefikStatus({ ask, isWatched, changed }: Asking): TraefikStatusOf {
  let known: Statuses | undefined
  let told = ''
  let heardAt = 0
  let isRunning = false

  async function look(): Promise<void> {
    known = await ask().catch(() => undefined)
    const now = known ? JSON.stringify([...known]) : ''
    if (now !== told) changed()
    told = now
    heardAt = performance.now()
    const timer = setTimeout(() => {
      isRunning = isWatched()
      if (isRunning) void look()
    }, EVERY)
    timer.unref()
  }

  return (router) => {
    if (!isRunning) {
      isRunning = true
      if (performance.now() - heardAt > LASTS) {
        known = undefined
        told = ''
      }
      void look()
    }
    return known ? statusIn(known, router) : UNKNOWN
  }
}
