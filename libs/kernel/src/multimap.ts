/** Several values under one key. Most keys have one, which takes no set. */
export interface Multimap<K, V extends object> {
  add(key: K, value: V): void
  delete(key: K, value: V): void
  /** In the order in which they came. Not to be gone through while it changes. */
  of(key: K): Iterable<V>
  count(key: K): number
  keys(): Iterable<K>
}

const NONE: readonly never[] = []

export function createMultimap<K, V extends object>(): Multimap<K, V> {
  const values = new Map<K, V | Set<V>>()
  return {
    add(key, value) {
      const known = values.get(key)
      if (known === undefined) values.set(key, value)
      else if (known instanceof Set) known.add(value)
      else if (known !== value) values.set(key, new Set([known, value]))
    },
    delete(key, value) {
      const known = values.get(key)
      if (known === value) values.delete(key)
      else if (known instanceof Set && known.delete(value) && known.size === 1)
        for (const last of known) values.set(key, last)
    },
    of(key) {
      const known = values.get(key)
      if (known === undefined) return NONE
      return known instanceof Set ? known : [known]
    },
    count(key) {
      const known = values.get(key)
      if (known === undefined) return 0
      return known instanceof Set ? known.size : 1
    },
    keys: () => values.keys(),
  }
}
