/** How long things may take and how often they happen; all in milliseconds. */
export interface Timing {
  /** Between two scans for sockets. A folder that is watched is scanned at once when something in it changes. */
  readonly rescan: number
  /** From a change in a watched folder to the scan. */
  readonly settle: number
  /** Until a daemon must have answered a ping, a liveness check, or begun to send events. */
  readonly answer: number
  /** Until a list of containers must be complete. */
  readonly list: number
  /** Until an inspect must be complete. */
  readonly inspect: number
  /** Between the starts of two list calls to one daemon. */
  readonly coalesce: number
  /** How long an event that hardly matters alone (`create`, `kill`, `stop`) waits for one that does. */
  readonly patience: number
  /** Between two liveness checks of one daemon. With `tolerance` it is how long a silent stream may stay unnoticed. */
  readonly liveness: number
  /** How late an event may arrive on the open stream after the daemon recorded it. */
  readonly tolerance: number
  /** Between two looks at what listens on this machine, at least and at most. */
  readonly shortestLook: number
  readonly longestLook: number
  /** Between two full lists; varied by a fifth. */
  readonly resync: number
  /** The first and the longest wait between two attempts to connect; each doubles, and a random part of it is waited. */
  readonly backOff: number
  readonly longestBackOff: number
  /** How long a daemon whose socket was removed keeps its containers. */
  readonly goneGrace: number
  /** How long a daemon that isn't heard keeps its containers, all runs together. */
  readonly staleLimit: number
  /** How often it is noted for how long a daemon hasn't been heard. What comes after the last note is lost to the next run. */
  readonly note: number
}

export const DEFAULT_TIMING: Timing = {
  rescan: 1_000,
  settle: 10,
  answer: 5_000,
  list: 30_000,
  inspect: 10_000,
  coalesce: 100,
  patience: 1_000,
  liveness: 13_000,
  tolerance: 1_000,
  shortestLook: 250,
  longestLook: 60_000,
  resync: 300_000,
  backOff: 200,
  longestBackOff: 10_000,
  goneGrace: 60_000,
  staleLimit: 24 * 3_600_000,
  note: 60_000,
}

/** So many times as long as a daemon's answer took of the process is waited before the next: a fifth is what one daemon may have. */
export const REST = 4

/** Varies a period by up to a fifth, so that many daemons don't beat in step. */
export function jittered(period: number): number {
  return period * (0.8 + 0.4 * Math.random())
}

/** Each time that the process wakes up costs about as much as a check, so those of many daemons are made at so many moments of a period. */
const BEATS = 13

/** How long it is until the beat nearest to a moment; ms. */
export function untilBeat(moment: number, period: number, now = performance.now()): number {
  const beat = period / BEATS
  return Math.max(0, Math.round(moment / beat) * beat - now)
}

/** Exponential back-off with full jitter: attempt 0 waits up to `backOff`, each further one up to twice as long. */
export function backOff(attempt: number, timing: Timing): number {
  return Math.random() * Math.min(timing.longestBackOff, timing.backOff * 2 ** attempt)
}
