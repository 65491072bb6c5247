import type { RealTraefik } from '@route-server/testbed'
import { setTimeout as sleep } from 'node:timers/promises'
import { web, type Probe } from './probes.ts'
import { APP, INNOCENT_HOST } from './tenants.ts'

export interface Visitor {
  readonly asks: Probe
  /** What he has to be told: whom he wants to be answered by. */
  readonly told: string
}

export const USUAL_VISITOR: Visitor = { asks: web(APP), told: 'victim' }
export const INNOCENTS_VISITOR: Visitor = { asks: web(INNOCENT_HOST), told: 'innocent' }

/** How visitors fared. */
export interface Visits {
  readonly sent: number
  readonly answered: number
  /** What they were told instead, each time. */
  readonly lost: readonly string[]
}

/** One who asks again and again. */
export interface Visiting {
  /** Lets him go, and resolves when he has. */
  leave(): Promise<Visits>
}

export const together = (all: readonly Visits[]): Visits => ({
  sent: all.reduce((sum, { sent }) => sum + sent, 0),
  answered: all.reduce((sum, { answered }) => sum + answered, 0),
  lost: all.flatMap(({ lost }) => lost),
})

const PAUSE_MS = 15
/** Slow isn't lost. */
const PATIENCE_MS = 5_000

/** Lets a visitor ask, each time over a new connection, until he is told to leave. */
export function visit(traefik: RealTraefik, { asks, told }: Visitor): Visiting {
  const lost: string[] = []
  let sent = 0
  let isLeaving = false
  const visiting = async (): Promise<void> => {
    while (!isLeaving) {
      sent += 1
      const answer = await asks(traefik, PATIENCE_MS)
      if (answer !== told) lost.push(answer)
      await sleep(PAUSE_MS)
    }
  }
  const left = visiting()
  return {
    async leave() {
      isLeaving = true
      await left
      return { sent, answered: sent - lost.length, lost }
    },
  }
}
