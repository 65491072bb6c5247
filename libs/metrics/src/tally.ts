/** A count for each combination of labels that has come up. */
export interface Tally {
  add(labels: readonly string[], by?: number): void
  read(): Iterable<Sample>
}

/** The values of the labels, in their order, and what is so often, or so much, or so long. */
export type Sample = readonly [labels: readonly string[], value: number]

export function createTally(): Tally {
  const counts = new Map<string, number>()
  return {
    add(labels, by = 1) {
      const key = labels.join('\0')
      counts.set(key, (counts.get(key) ?? 0) + by)
    },
    *read() {
      for (const [key, value] of counts) yield [key.split('\0'), value]
    },
  }
}

/** How long something took, each time: how often within each bound. Seconds. */
export interface Durations {
  readonly bounds: readonly number[]
  /** How often it took no longer than a bound and longer than the one before; at the end what took longer than all. */
  readonly counts: readonly number[]
  readonly sum: number
  observe(seconds: number): void
}

/** `bounds` ascend. */
export function createDurations(bounds: readonly number[]): Durations {
  const counts = Array<number>(bounds.length + 1).fill(0)
  let sum = 0
  return {
    bounds,
    counts,
    get sum() {
      return sum
    },
    observe(seconds) {
      const found = bounds.findIndex((bound) => seconds <= bound)
      const index = found === -1 ? bounds.length : found
      counts[index] = (counts[index] ?? 0) + 1
      sum += seconds
    },
  }
}
