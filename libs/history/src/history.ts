import type { Change, Entry, NetworkChange } from '@route-server/kernel'
import { causesOf, MOST_CAUSES } from './causes.ts'
import type { LastEvent } from './causes.ts'
import type { Cause, KeptEntry, KeptRevision } from './kept.ts'
import { maskedText } from './masked.ts'

/** What a daemon says has happened to a container. */
export interface Heard {
  readonly id: string
  readonly action: string
}

/** What begins anew, with all that follows from it. */
export type Beginning = 'start' | 'settings'

/** Where changes are kept, bounded in count and bytes; the oldest first. */
export interface Keeper {
  readonly history: readonly KeptRevision[]
  keepRevision(revision: KeptRevision): void
}

export interface HistoryOptions {
  readonly keeper: Keeper
  /** Takes the secrets out of a text. */
  readonly mask: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** The last changes of the document, with why each came about. */
export interface History {
  /** An event, as it arrives. */
  hear(event: Heard): void
  /** A new document. `because`: what it comes from, whatever its containers tell. */
  add(change: Change, because?: Beginning): void
  /** The oldest first. */
  revisions(): readonly KeptRevision[]
  /** Keeps what isn't kept yet. */
  close(): void
}

/** Of one change; of the others it is only known how many they were. */
const MOST_ENTRIES = 100
/** Of an entry's text; characters. */
const LONGEST_TEXT = 8_192
/** So many containers' last events are remembered. */
const MOST_EVENTS = 4_096
/** What is kept is put into words so long after the change, when nobody waits for it; milliseconds. */
const WAIT = 100

/** An event is no reason for what changes so much later, though a container that went away may be waited for; milliseconds. */
const EVENT_COUNTS = 120_000

/** As it came, with what may be gone when it is put into words. */
interface Pending {
  readonly revision: number
  readonly at: number
  readonly causes: readonly Cause[]
  readonly entries: ReadonlyMap<string, Pair>
  readonly more: number
}

interface Pair {
  readonly network: number
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

/** The entries of all networks that say something else than before, by path. */
function pairsOf(networks: readonly NetworkChange[]): { readonly entries: Map<string, Pair>; readonly more: number } {
  const entries = new Map<string, Pair>()
  let more = 0
  for (const { network, gone, come } of networks) {
    const before = new Map(gone.map((entry) => [entry.path, entry]))
    const after = new Map(come.map((entry) => [entry.path, entry]))
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      const pair = { network, before: before.get(path), after: after.get(path) }
      if (pair.before?.text === pair.after?.text) continue
      if (entries.size < MOST_ENTRIES) entries.set(path, pair)
      else more += 1
    }
  }
  return { entries, more }
}

export function createHistory({ keeper, mask, now = Date.now }: HistoryOptions): History {
  const events = new Map<string, LastEvent>()
  let pending: Pending[] = []
  let timer: NodeJS.Timeout | undefined

  const textOf = (entry: Entry): string => {
    const text = maskedText(entry, mask)
    return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…\n` : text
  }
  const keptEntry = ([path, { network, before, after }]: readonly [string, Pair]): KeptEntry => ({
    path,
    network,
    ...(before && { before: textOf(before) }),
    ...(after && { after: textOf(after) }),
  })

  function settle(): void {
    clearTimeout(timer)
    timer = undefined
    const settled = pending
    pending = []
    for (const { entries, ...change } of settled)
      keeper.keepRevision({ ...change, entries: Array.from(entries, keptEntry) })
  }

  function eventOf(id: string): LastEvent | undefined {
    const event = events.get(id)
    return event && now() - event.at <= EVENT_COUNTS ? event : undefined
  }

  function causes(networks: readonly NetworkChange[], because: Beginning | undefined): readonly Cause[] {
    if (because === 'start') return [{ kind: because }]
    const found: Cause[] = []
    for (const change of networks) {
      if (found.length >= MOST_CAUSES) break
      if (change.gone.length + change.come.length > 0) found.push(...causesOf(change, eventOf, mask))
    }
    // Of other settings come other entries of containers that are as they were.
    return because ? [{ kind: because }, ...found.filter(({ isRecreated, labels }) => isRecreated ?? labels)] : found
  }

  return {
    hear({ id, action }) {
      events.delete(id)
      events.set(id, { action, at: now() })
      if (events.size <= MOST_EVENTS) return
      const [oldest] = events.keys()
      if (oldest !== undefined) events.delete(oldest)
    },
    add({ document: { revision, changedAt: at }, networks }, because) {
      const all = { revision, at, causes: causes(networks, because) }
      // Of a start everything is new, and nothing is known of what was before.
      const isStart = because === 'start'
      const size = (sum: number, { come }: NetworkChange): number => sum + come.length
      const changed = isStart ? { entries: new Map<string, Pair>(), more: networks.reduce(size, 0) } : pairsOf(networks)
      pending.push({ ...all, ...changed })
      timer ??= setTimeout(settle, WAIT).unref()
    },
    revisions() {
      settle()
      return keeper.history
    },
    close: settle,
  }
}
