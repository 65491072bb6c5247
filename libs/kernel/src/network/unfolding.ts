import { isRouter } from '../document/entry.ts'
import type { Entry, Lookup } from '../document/entry.ts'

/** Traefik builds a middleware anew wherever it is named; chains of chains would fill its memory. */
export const MAX_UNFOLDED = 500

/** Whether what it refers to may refer to something in turn: of most networks, nothing does. */
const isNested = (entry: Entry): boolean => {
  const { section, references } = entry
  return references.length > 0 && (!isRouter(entry) || references.some((to) => to.section === section))
}

/**
 * How many handlers Traefik would make of each entry that names others, by path: itself and all that it leads to, as often as it
 * leads there. Those that lead back to themselves, and those that lead to such, have no number.
 */
function unfolded(entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  const referrers = new Map<string, Entry[]>()
  const waiting = new Map<Entry, number>()
  const done: Entry[] = []
  for (const entry of entries.values()) {
    sizes.set(entry.path, 1)
    waiting.set(entry, entry.references.length)
    if (entry.references.length === 0) done.push(entry)
    for (const { path } of entry.references) {
      const known = referrers.get(path)
      if (known) known.push(entry)
      else referrers.set(path, [entry])
    }
  }
  for (const { path } of done)
    for (const referrer of referrers.get(path) ?? []) {
      sizes.set(referrer.path, (sizes.get(referrer.path) ?? 0) + (sizes.get(path) ?? 0))
      const left = (waiting.get(referrer) ?? 0) - 1
      waiting.set(referrer, left)
      if (left === 0) done.push(referrer)
    }
  for (const [{ path }, left] of waiting) if (left > 0) sizes.delete(path)
  return sizes
}

/** The entries, with those around them that they lead to. */
function withReached(entries: ReadonlyMap<string, Entry>, around: Lookup<Entry>): ReadonlyMap<string, Entry> {
  const reached = new Map(entries)
  for (const entry of reached.values())
    for (const { path } of entry.references) {
      const other = reached.has(path) ? undefined : around.get(path)
      if (other) reached.set(path, other)
    }
  return reached
}

/** Whether nothing that the entries name names something in turn, nor is too much. */
function isFlat(entries: ReadonlyMap<string, Entry>, around: Lookup<Entry>): boolean {
  for (const entry of entries.values()) {
    if (entry.references.length > MAX_UNFOLDED || isNested(entry)) return false
    for (const { path } of entry.references) if ((around.get(path)?.references.length ?? 0) > 0) return false
  }
  return true
}

/** The entries that Traefik could never finish building: `endless` ones lead back to themselves, or to such; the others lead to too many. */
export function* unbuildable(
  entries: ReadonlyMap<string, Entry>,
  around: Lookup<Entry>,
): Iterable<readonly [entry: Entry, reason: 'endless' | 'too many']> {
  if (isFlat(entries, around)) return
  const sizes = unfolded(withReached(entries, around))
  for (const entry of entries.values()) {
    const size = sizes.get(entry.path)
    if (size === undefined) yield [entry, 'endless']
    else if (size > MAX_UNFOLDED) yield [entry, 'too many']
  }
}
