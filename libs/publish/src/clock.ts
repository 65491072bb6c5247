/** What time it is, and waiting. */
export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number
  /** Acts later. @returns what keeps it from that */
  after(milliseconds: number, act: () => void): () => void
}

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  after(milliseconds, act) {
    const timer = setTimeout(act, Math.ceil(milliseconds))
    return () => clearTimeout(timer)
  },
}
