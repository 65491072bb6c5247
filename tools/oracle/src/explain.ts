import { compare } from './compare.ts'
import type { Difference } from './compare.ts'
import type { Case } from './case.ts'
import type { Graph } from './graph.ts'
import { intentionOf, LASTING } from './intended.ts'
import { usedIn } from './references.ts'

/** What the differences between two graphs come to. */
export interface Explanation {
  /** Names of intended differences, each once. */
  readonly intended: ReadonlySet<string>
  readonly unexplained: readonly Difference[]
}

/** What was done to Traefik's case so that it can be compared with ours. */
export interface Help {
  /** Paths of what is known to be left out. */
  readonly lost?: readonly string[]
  /** By the path of what nobody used: that of the router that was made to use it. */
  readonly probed?: ReadonlyMap<string, string>
}

/** Nothing is left of these differences, or only what would still be there after any wait. */
export const isSteady = ({ intended, unexplained }: Explanation): boolean =>
  unexplained.length === 0 && [...intended].every((name) => LASTING.has(name))

export function explain(
  theirs: Graph,
  ours: Graph,
  shown: Case,
  { lost = [], probed = new Map() }: Help = {},
): Explanation {
  const circumstances = { shown, theirs, ours, lost: new Set(lost), probed, used: usedIn(ours) }
  const intended = new Set<string>()
  const unexplained: Difference[] = []
  for (const difference of compare(theirs, ours)) {
    const name = intentionOf(difference, circumstances)
    if (name === undefined) unexplained.push(difference)
    else intended.add(name)
  }
  return { intended, unexplained }
}
