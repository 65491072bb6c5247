import type { News } from '@route-server/kernel'
import { createDiagnosticCounts } from './diagnostic-counts.ts'
import type { DiagnosticCounts } from './diagnostic-counts.ts'
import { createLatency } from './latency.ts'
import type { Clocks, Latency } from './latency.ts'
import { createTally } from './tally.ts'
import type { Tally } from './tally.ts'

/** A call to a daemon. */
export interface Call {
  readonly kind: string
  /** Of the daemon, then. */
  readonly state: string
  readonly isAnswered: boolean
}

/** What is counted while it happens, at the cost of an addition. No label of it is anything that a tenant could choose. */
export interface Meter {
  readonly latency: Latency
  readonly diagnostics: DiagnosticCounts
  /** By kind, state, and whether it was answered. */
  readonly calls: Tally
  /** By status. */
  readonly polls: Tally
  called(call: Call): void
  /** What is other than before, whether or not that changes the document. */
  tell(news: News): void
  /** Somebody asked for the route document, and got this status. */
  polled(status: number): void
}

export function createMeter(clocks?: Clocks): Meter {
  const latency = createLatency(clocks)
  const diagnostics = createDiagnosticCounts()
  const [calls, polls] = [createTally(), createTally()]
  return {
    latency,
    diagnostics,
    calls,
    polls,
    called: ({ kind, state, isAnswered }) => calls.add([kind, state, isAnswered ? 'answered' : 'failed']),
    tell({ networks }) {
      latency.tell(networks)
      diagnostics.tell(networks)
    },
    polled(status) {
      polls.add([String(status)])
      if (status === 200 || status === 304) latency.fetch()
    },
  }
}
