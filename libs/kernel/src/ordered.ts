/** How many items a chunk has at most; when it has more it is halved. */
const MOST = 256

/** Items that stand next to one another. */
export interface Chunk<T, S> {
  readonly items: readonly T[]
  /** What was made of the items; made when it is first asked for, and gone when they change. */
  summary?: S | undefined
}

interface Own<T, S> extends Chunk<T, S> {
  readonly items: T[]
  /** Whether somebody keeps it as it is. */
  isKept: boolean
}

/** Different items in one order, in chunks: whatever is done to one of them touches its chunk alone. */
export interface Ordered<T, S> {
  readonly size: number
  /** Until the next change. */
  chunks(): readonly Chunk<T, S>[]
  /** As they are now, to be kept: a change makes new ones of those that it touches, and leaves these. */
  snapshot(): readonly Chunk<T, S>[]
  add(item: T): void
  /** Returns whether it was there. */
  delete(item: T): boolean
  /** The item's summary isn't what it was, though its place is. */
  touch(item: T): void
  /** The chunks before the item's, and those before it in its own. Until the next change. */
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
  const chunks: Own<T, S>[] = []
  let size = 0

  /** Where the item is, or would be: the chunk whose last item isn't before it. */
  function placeOf(item: T): readonly [chunk: number, index: number] {
    // What comes in order, or the other way round as Docker lists it, is placed with a comparison or two.
    const [last, first] = [chunks.at(-1)?.items.at(-1), chunks[0]?.items[0]]
    if (last !== undefined && compare(last, item) < 0) return [chunks.length, 0]
    if (first !== undefined && compare(item, first) < 0) return [0, 0]
    const at = firstIndex(chunks.length, (index) => {
      const end = chunks[index]?.items.at(-1)
      return end !== undefined && compare(end, item) >= 0
    })
    const items = chunks[at]?.items ?? []
    return [at, firstIndex(items.length, (index) => compare(items[index] as T, item) >= 0)]
  }

  /** The chunk, for a change of what is in it. */
  function changeable(at: number): T[] {
    const known = chunks[at]
    if (known && !known.isKept) {
      known.summary = undefined
      return known.items
    }
    const items = known?.items.slice() ?? []
    chunks[at] = { items, isKept: false }
    return items
  }

  return {
    get size() {
      return size
    },
    chunks: () => chunks,
    snapshot() {
      for (const chunk of chunks) chunk.isKept = true
      return chunks.slice()
    },
    add(item) {
      let [at, index] = placeOf(item)
      if (at === chunks.length && at > 0) {
        at -= 1
        index = chunks[at]?.items.length ?? 0
      }
      const items = changeable(at)
      items.splice(index, 0, item)
      if (items.length > MOST) chunks.splice(at + 1, 0, { items: items.splice(MOST >> 1), isKept: false })
      size += 1
    },
    delete(item) {
      const [at, index] = placeOf(item)
      const found = chunks[at]?.items[index]
      if (found === undefined || compare(found, item) !== 0) return false
      const items = changeable(at)
      items.splice(index, 1)
      if (items.length === 0) chunks.splice(at, 1)
      size -= 1
      return true
    },
    touch(item) {
      const [at] = placeOf(item)
      if (at < chunks.length) changeable(at)
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
