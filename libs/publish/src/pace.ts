/** Of one core, what Traefik may spend on documents of ours while they never stop changing. */
const SHARE = 0.1
/** So many documents may follow each other quickly after a quiet while: somebody deploys. */
const BURST = 3
/** So many times as long as Traefik takes for a document it gets before the next: it is done by then, and serves meanwhile. */
const REST = 2

/** What documents have cost Traefik and its time hasn't made up for; all in milliseconds. */
export interface Spent {
  /** When the last document went out. */
  readonly at: number
  /** What that one cost. */
  readonly cost: number
  /** What all of them cost until then, less the share of the time in which they were taken. */
  readonly debt: number
}

export const NOTHING_SPENT: Spent = { at: -Infinity, cost: 0, debt: 0 }

/** Milliseconds of a core that Traefik takes for a document: reading it, and building everything anew. The bench `live` measures that. */
export const costOf = (bytes: number): number => 5 + bytes / 1_500

const debtAt = ({ at, debt }: Spent, now: number): number => (debt === 0 ? 0 : Math.max(0, debt - SHARE * (now - at)))

/** How long a document of that cost has to wait; milliseconds, 0 after a quiet while. */
export function waitOf(spent: Spent, cost: number, now: number): number {
  const rest = spent.at + REST * spent.cost - now
  // After a large document a small one needn't wait longer than another large one would.
  const credit = (debtAt(spent, now) - (BURST - 1) * Math.max(cost, spent.cost)) / SHARE
  return Math.max(0, rest, credit)
}

/** What is spent once a document of that cost has gone out. */
export const spend = (spent: Spent, cost: number, now: number): Spent => ({
  at: now,
  cost,
  debt: debtAt(spent, now) + cost,
})
