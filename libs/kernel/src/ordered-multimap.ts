import { createOrdered } from './ordered.ts'
import type { Ordered } from './ordered.ts'

/** Several values under one key, in one order. Most keys have one, which takes no order. */
export interface OrderedMultimap<K, V> {
  add(key: K, value: V): void
  delete(key: K, value: V): void
  /** All of them, or those after a value. Not to be gone through while it changes. */
  from(key: K, value?: V): Iterable<V>
}

const NONE: readonly never[] = []

export function createOrderedMultimap<K, V extends object>(compare: (a: V, b: V) => number): OrderedMultimap<K, V> {
  const single = new Map<K, V>()
  const several = new Map<K, Ordered<V, never>>()
  return {
    add(key, value) {
      const group = several.get(key)
      const one = single.get(key)
      if (group) group.add(value)
      else if (one === undefined) single.set(key, value)
      else if (one !== value) {
        const both = createOrdered<V>(compare)
        both.add(one)
        both.add(value)
        several.set(key, both)
        single.delete(key)
      }
    },
    delete(key, value) {
      if (single.get(key) === value) single.delete(key)
      const group = several.get(key)
      if (!group?.delete(value) || group.size > 1) return
      several.delete(key)
      for (const last of group.from()) single.set(key, last)
    },
    from(key, value) {
      const group = several.get(key)
      if (group) return group.from(value)
      const one = single.get(key)
      return one === undefined || (value !== undefined && compare(one, value) <= 0) ? NONE : [one]
    },
  }
}
