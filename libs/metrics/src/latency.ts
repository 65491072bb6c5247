import type { NetworkChange } from '@route-server/kernel'
import { createDurations } from './tally.ts'
import type { Durations } from './tally.ts'

/** What a daemon said has happened to a container. */
export interface Heard {
  readonly id: string
  readonly action: string
  /** When, by the daemon's clock; nanoseconds since 1970. */
  readonly timeNano: number
}

/** How long changes are under way: from an event at a daemon to the document, and to whoever asks for that. */
export interface Latency {
  readonly published: Durations
  readonly fetched: Durations
  hear(event: Heard): void
  /** What is other than before, whether or not that changes the document. */
  tell(networks: readonly NetworkChange[]): void
  /** What was told last is in the document. */
  publish(): void
  /** Somebody has the document as it is now. */
  fetch(): void
}

/** After these a container is to be served otherwise at once. Whoever goes away is waited for, on purpose. */
const AT_ONCE = new Set(['start', 'pause', 'unpause', 'rename', 'update'])
const isAtOnce = (action: string): boolean => AT_ONCE.has(action) || action.startsWith('health_status')

const PUBLISHED = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
/** Traefik asks every five seconds. */
const FETCHED = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 7.5, 10, 15, 30, 60]

/** An event that changed nothing for so long isn't why something changes now; milliseconds. */
const LONGEST = 300_000
/** An event that is older when it arrives is one of a daemon with another clock; milliseconds. */
const LATEST = 10_000
/** So many events are remembered; of more the last. */
const MOST = 10_000

/** The two clocks: milliseconds since 1970, and milliseconds on one that is never set. */
export interface Clocks {
  readonly date: () => number
  readonly clock: () => number
}

const REAL: Clocks = { date: () => Date.now(), clock: () => performance.now() }

export function createLatency({ date, clock }: Clocks = REAL): Latency {
  const published = createDurations(PUBLISHED)
  const fetched = createDurations(FETCHED)
  /** When something happened to containers, by ID; on the clock that is never set, as all here. */
  const heard = new Map<string, number>()
  /** Of those that were told of last. */
  let told: number[] = []
  /** Of those that are in the document, and nobody has asked for it since. */
  let unfetched: number[] = []

  const secondsSince = (since: number, now: number): number => Math.max(0, now - since) / 1_000

  function taken(id: string, now: number): void {
    const at = heard.get(id)
    if (at === undefined) return
    heard.delete(id)
    if (now - at <= LONGEST) told.push(at)
  }

  return {
    published,
    fetched,
    hear({ id, action, timeNano }) {
      heard.delete(id)
      if (!isAtOnce(action)) return
      const age = date() - timeNano / 1e6
      heard.set(id, clock() - (age >= 0 && age <= LATEST ? age : 0))
      if (heard.size <= MOST) return
      const [oldest] = heard.keys()
      if (oldest !== undefined) heard.delete(oldest)
    },
    tell(networks) {
      told = []
      if (heard.size === 0) return
      const now = clock()
      for (const { gone, come } of networks)
        for (const entries of [gone, come]) for (const { by } of entries) if (by) taken(by.container.id, now)
    },
    publish() {
      const now = clock()
      for (const at of told) published.observe(secondsSince(at, now))
      if (unfetched.length < MOST) unfetched.push(...told)
      told = []
    },
    fetch() {
      if (unfetched.length === 0) return
      const now = clock()
      for (const at of unfetched) fetched.observe(secondsSince(at, now))
      unfetched = []
    },
  }
}
