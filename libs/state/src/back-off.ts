/** All in milliseconds. */
export interface Timing {
  /** For how long lines of a listing are gathered before they are written, and claims before they are brought to the disk. */
  readonly pace: number
  /** The first and the longest wait after a failure; each doubles. */
  readonly backOff: number
  readonly longestBackOff: number
}

export const DEFAULT_TIMING: Timing = { pace: 100, backOff: 1_000, longestBackOff: 30_000 }

/** How long to wait after so many failures in a row; varied by up to a fifth, so that many files aren't tried in step. */
export function waitAfter(failures: number, { backOff, longestBackOff }: Timing): number {
  return Math.min(longestBackOff, backOff * 2 ** (failures - 1)) * (0.8 + 0.4 * Math.random())
}
