/** Counts what is there several times. */
export interface Bag {
  /** What is there at least once. */
  readonly keys: Pick<ReadonlySet<string>, 'has'>
  /** Returns whether it wasn't there before, or isn't any more. */
  change(key: string, by: 1 | -1): boolean
}

export function createBag(): Bag {
  const counts = new Map<string, number>()
  return {
    keys: counts,
    change(key, by) {
      const count = (counts.get(key) ?? 0) + by
      if (count === 0) return counts.delete(key)
      counts.set(key, count)
      return by === 1 && count === 1
    },
  }
}
