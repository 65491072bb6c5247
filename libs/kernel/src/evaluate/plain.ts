/**
 * A copy in plain data, read once: getters, proxies and classes of a fragment end here, so that what is checked is what is
 * rendered. Throws where there is no end to it. Stands by itself: its text is run in other processes, too.
 */
export function plain(value: unknown): unknown {
  /** Deeper than any real fragment, and far from what would exhaust the stack. */
  const MAX_DEPTH = 64
  /** Where the keys are names that somebody chose, below `http.routers`: V8 would make a hidden class for each. */
  const NAMES_DEPTH = 2
  /** More than any real fragment has; a few shared objects can stand for millions of values. Looking at one takes up to fifty microseconds. */
  const MAX_VALUES = 20_000
  /** Under a name that every object seems to have, such as `__proto__`. */
  const define = (map: object, key: string, value: unknown): void =>
    void Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
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
    const keys = Object.keys(value)
    spend(keys.length)
    const copied = (depth === NAMES_DEPTH ? Object.create(null) : {}) as Record<string, unknown>
    for (const key of keys) {
      const item: unknown = (value as Readonly<Record<string, unknown>>)[key]
      if (item === undefined) continue
      if (key in Object.prototype) define(copied, key, copy(item, depth + 1))
      else copied[key] = copy(item, depth + 1)
    }
    return copied
  }
  return copy(value, 0)
}

/** The same value, which nobody can change any more. For plain data only. Stands by itself, as well. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const key of Object.keys(value)) frozen((value as Readonly<Record<string, unknown>>)[key])
  return Object.freeze(value)
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
