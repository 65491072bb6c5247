import type { Entry } from '../document/entry.ts'
import type { Decision } from './decide.ts'
import type { Demand } from './demand.ts'
import { bySeniority } from './seniority.ts'

/** One network's entries, as its own merge left them. */
export interface Wishes {
  readonly entries: ReadonlyMap<string, Entry>
  /** The entries that refer to this path. */
  referrers(path: string): Iterable<Entry>
}

/** How many wait for a port. */
export type Queue = Readonly<Record<'tcp' | 'udp', number>>

/** A router, and what it comes to. */
export interface Case {
  readonly demand: Demand
  /** As what it is served, if it is. */
  entry: Entry
  /** Left out for one that wants nothing that anybody might have something against. */
  decision?: Decision
  /** Whether another router of its network has the port that it asks for. */
  isRival: boolean
}

export const byAge = (a: Case, b: Case): number => bySeniority(a.demand.entry, b.demand.entry)
