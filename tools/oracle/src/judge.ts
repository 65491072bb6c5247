import { isDeepStrictEqual } from 'node:util'
import { setTimeout as wait } from 'node:timers/promises'
import type { Case } from './case.ts'
import { explain, isSteady } from './explain.ts'
import type { Explanation, Help } from './explain.ts'
import { probe } from './probe.ts'
import { repair } from './repair.ts'
import { rewrite } from './rewrite.ts'
import type { Answer, Side } from './sides.ts'

/** What became of one case. Equal: nothing intended, nothing unexplained. */
export interface Verdict extends Explanation {
  readonly shown: Case
  /** What both sides said. */
  readonly theySaid: readonly string[]
  readonly weSaid: readonly string[]
}

/** A changed case for Traefik, and how to read its answer. */
interface Asking extends Help {
  readonly shown: Case
  readonly lost: readonly string[]
  /** Intended differences that the change stands for. */
  readonly names: readonly string[]
}

const MOST_REPAIRS = 4

/** Longer than the route server holds changes together, and Traefik waits between polls. */
const SETTLED_AFTER = 150
/** For a machine that is busy with something else, before a difference is believed. */
const PATIENCE = 1_000

/** What our side has come to: the same at two looks. */
async function settled(side: Side, first: Answer, pause = SETTLED_AFTER): Promise<Answer> {
  for (let before = first; ;) {
    await wait(pause)
    const now = await side.look()
    if (isDeepStrictEqual(now.graph, before.graph)) return now
    before = now
  }
}

/** Asks both sides about a case, and Traefik about changed ones where that is needed to tell. */
export async function judge(shown: Case, docker: Side, routeServer: Side): Promise<Verdict> {
  const [theirs, quick] = await Promise.all([docker.show(shown), routeServer.show(shown)])
  const first = explain(theirs.graph, quick.graph, shown)
  if (isSteady(first)) return { shown, ...first, theySaid: theirs.said, weSaid: quick.said }

  for (let ours = await settled(routeServer, quick); ;) {
    const best = await explainWithHelp(theirs, ours, shown, docker)
    const later = best.unexplained.length > 0 ? await settled(routeServer, ours, PATIENCE) : ours
    if (isDeepStrictEqual(later.graph, ours.graph)) return { shown, ...best, theySaid: theirs.said, weSaid: ours.said }
    ours = later
  }
}

/**
 * As it is; else with what we take otherwise written as we take it; else without the mistakes for which Traefik drops whole
 * containers; else with everything in use. What is left then is a difference.
 */
async function explainWithHelp(theirs: Answer, ours: Answer, shown: Case, docker: Side): Promise<Explanation> {
  let best = explain(theirs.graph, ours.graph, shown)
  let answer = theirs
  let asking: Asking = { shown, lost: [], names: [] }
  const ask = async (next: Asking): Promise<void> => {
    asking = next
    answer = await docker.show(next.shown)
    const { intended, unexplained } = explain(answer.graph, ours.graph, shown, next)
    best = { intended: new Set([...intended, ...next.names]), unexplained }
  }
  const isOpen = (): boolean => best.unexplained.length > 0

  const written = rewrite(shown)
  if (isOpen() && written.names.length > 0) await ask(written)
  // A repair may bring the next mistake to light: a conflict of routers behind that of their services.
  for (let repairs = 0; isOpen() && repairs < MOST_REPAIRS; repairs++) {
    const repaired = repair(asking.shown, answer.said)
    if (!repaired) break
    await ask({ ...asking, ...repaired, lost: [...asking.lost, ...repaired.lost] })
  }
  const probing = probe(asking.shown, best.unexplained)
  if (probing) await ask({ ...asking, ...probing, lost: [...asking.lost, ...probing.lost] })
  return best
}
