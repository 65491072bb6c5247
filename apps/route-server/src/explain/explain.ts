import {
  allListeners,
  dial,
  gather,
  judge,
  lookAround,
  NOTHING_OBSERVED,
  pageOf,
  readQuestion,
} from '@route-server/explain'
import type { Listener, Probes, Sources } from '@route-server/explain'
import type { Explain } from '@route-server/server'

/** The kernel's tables are read at most so often, whoever asks. Milliseconds. */
const LISTENERS_MS = 1_000

function seldom<T>(read: () => T): () => T {
  let last: { readonly value: T; readonly until: number } | undefined
  return () => {
    const now = performance.now()
    if (!last || now > last.until) last = { value: read(), until: now + LISTENERS_MS }
    return last.value
  }
}

/** What the route server may see and do itself: it belongs to no network, and connects to services alone. */
const HERE: Probes = { listeners: seldom<readonly Listener[] | undefined>(() => allListeners()), dial }

/** Explains what was asked, as the route server knows it when it is asked. */
export const explainer =
  (sources: () => Sources, probes: Probes = HERE): Explain =>
  async ({ about, network, looks }) => {
    const question = readQuestion(about, network)
    if ('error' in question) return question
    const facts = gather(question, sources())
    const explanation = judge(facts, looks ? await lookAround(facts, probes) : NOTHING_OBSERVED)
    return { body: explanation, page: pageOf(explanation) }
  }
