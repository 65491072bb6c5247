/** Deeper than any real fragment, and far from what would exhaust the stack. */
const MAX_DEPTH = 64
/** More than any real fragment has; a few shared objects can stand for millions of values. */
const MAX_VALUES = 100_000

/**
 * A copy in plain data, read once: getters, proxies and classes of a fragment end here, so that what is checked is what is
 * rendered. Throws where there is no end to it.
 */
export function plain(value: unknown): unknown {
  let left = MAX_VALUES
  const spend = (count: number): void => {
    left -= count
    if (left < 0) throw new Error(`the fragment has more than ${MAX_VALUES} values`)
  }
  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (depth > MAX_DEPTH) throw new Error(`the fragment is nested more than ${MAX_DEPTH} deep`)
    if (Array.isArray(value)) {
      const { length } = value
      spend(length)
      return Array.from({ length }, (_, i) => copy(value[i], depth + 1))
    }
    const entries: [string, unknown][] = Object.entries(value)
    spend(entries.length)
    return Object.fromEntries(
      entries.filter(([, item]) => item !== undefined).map(([key, item]) => [key, copy(item, depth + 1)]),
    )
  }
  return copy(value, 0)
}

/** The same value, which nobody can change any more. For plain data only. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) frozen(item)
  return Object.freeze(value)
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
