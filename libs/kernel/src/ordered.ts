/** How many items a chunk has at most; when it has more it is halved. */
const MOST = 256

/** Items that stand next to one another. Never changed in place, so what was made of it once holds for as long as somebody has it. */
export interface Chunk<T, S> {
  readonly items: readonly T[]
  /** What was made of the items; made when it is first asked for. */
  summary?: S
}

/** Different items in one order, in chunks: whatever is done to one of them touches its chunk alone. */
export interface Ordered<T, S> {
  readonly size: number
  /** As they are now: a change makes new ones of those that it touches, and leaves these. */
  chunks(): readonly Chunk<T, S>[]
  add(item: T): void
  /** Returns whether it was there. */
  delete(item: T): boolean
  /** The item's summary isn't what it was, though its place is. */
  touch(item: T): void
  /** The chunks before the item's, and those before it in its own. */
  before(item: T): { readonly chunks: readonly Chunk<T, S>[]; readonly items: readonly T[] }
  first(): T | undefined
  /** All of them, or those after an item. Not to be gone through while it changes. */
  from(item?: T): Iterable<T>
}

/** The first index at which `is` holds, if it holds for all that follow; the length if for none. */
function firstIndex(length: number, is: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (is(middle)) high = middle
    else low = middle + 1
  }
  return low
}

export function createOrdered<T, S = never>(compare: (a: T, b: T) => number): Ordered<T, S> {
  let chunks: Chunk<T, S>[] = []
  let size = 0

  /** Where the item is, or would be: the chunk whose last item isn't before it. */
  function placeOf(item: T): readonly [chunk: number, index: number] {
    const at = firstIndex(chunks.length, (index) => {
      const last = chunks[index]?.items.at(-1)
      return last !== undefined && compare(last, item) >= 0
    })
    const items = chunks[at]?.items ?? []
    return [at, firstIndex(items.length, (index) => compare(items[index] as T, item) >= 0)]
  }

  const replace = (at: number, count: number, ...pieces: readonly (readonly T[])[]): void => {
    chunks = chunks.toSpliced(at, count, ...pieces.filter(({ length }) => length > 0).map((items) => ({ items })))
  }

  return {
    get size() {
      return size
    },
    chunks: () => chunks,
    add(item) {
      let [at, index] = placeOf(item)
      if (at === chunks.length && at > 0) {
        at -= 1
        index = chunks[at]?.items.length ?? 0
      }
      const items = (chunks[at]?.items ?? []).toSpliced(index, 0, item)
      const half = items.length > MOST ? items.length >> 1 : items.length
      replace(at, 1, items.slice(0, half), items.slice(half))
      size += 1
    },
    delete(item) {
      const [at, index] = placeOf(item)
      const items = chunks[at]?.items ?? []
      const found = items[index]
      if (found === undefined || compare(found, item) !== 0) return false
      replace(at, 1, items.toSpliced(index, 1))
      size -= 1
      return true
    },
    touch(item) {
      const [at] = placeOf(item)
      replace(at, 1, chunks[at]?.items ?? [])
    },
    before(item) {
      const [at, index] = placeOf(item)
      return { chunks: chunks.slice(0, at), items: (chunks[at]?.items ?? []).slice(0, index) }
    },
    first: () => chunks[0]?.items[0],
    *from(item) {
      const [at, index] = item === undefined ? [0, 0] : placeOf(item)
      for (const [position, { items }] of chunks.slice(at).entries()) {
        const start = position === 0 ? index : 0
        for (let i = start; i < items.length; i += 1) {
          const one = items[i] as T
          if (item === undefined || position > 0 || i > start || compare(one, item) !== 0) yield one
        }
      }
    },
  }
}
