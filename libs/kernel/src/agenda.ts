import TinyQueue from 'tinyqueue'

/** Those that are to be looked at, each once, in one order. */
export interface Agenda<T> {
  readonly size: number
  add(item: T): void
  delete(item: T): void
  /** Takes out the first. */
  next(): T | undefined
}

/** `compare` says which of two comes first, and the same whenever it is asked. */
export function createAgenda<T>(compare: (a: T, b: T) => number): Agenda<T> {
  const there = new Set<T>()
  /** With some that aren't there any more: what is deleted stays until its turn comes. */
  const queue = new TinyQueue<T>([], compare)
  return {
    get size() {
      return there.size
    },
    add(item) {
      if (there.has(item)) return
      there.add(item)
      queue.push(item)
    },
    delete: (item) => void there.delete(item),
    next() {
      for (let item = queue.pop(); item !== undefined; item = queue.pop()) if (there.delete(item)) return item
      return undefined
    },
  }
}
