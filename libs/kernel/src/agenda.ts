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
  /** With some that aren't there any more, as the queue is: what is deleted stays until its turn comes. */
  let added: T[] = []
  /** What was added before anybody asked, sorted at once: of thousands that takes a fraction of the comparisons. The last comes first. */
  let sorted: T[] = []
  const queue = new TinyQueue<T>([], compare)

  function take(): T | undefined {
    if (sorted.length === 0 && queue.length === 0) {
      sorted = added.sort((a, b) => compare(b, a))
      added = []
    }
    for (let item = added.pop(); item !== undefined; item = added.pop()) queue.push(item)
    const [first, other] = [queue.peek(), sorted.at(-1)]
    if (first === undefined || (other !== undefined && compare(other, first) <= 0)) return sorted.pop()
    return queue.pop()
  }

  return {
    get size() {
      return there.size
    },
    add(item) {
      if (there.has(item)) return
      there.add(item)
      added.push(item)
    },
    delete: (item) => void there.delete(item),
    next() {
      for (let item = take(); item !== undefined; item = take()) if (there.delete(item)) return item
      return undefined
    },
  }
}
