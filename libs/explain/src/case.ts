import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { Observed } from './observed.ts'

/** What is known, and what was seen. */
export interface Case {
  readonly facts: Facts
  readonly observed: Observed
}

/** One part of the way; pure. */
export type Step = (one: Case) => readonly Finding[]
