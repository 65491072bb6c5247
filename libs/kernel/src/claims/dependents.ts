import type { Entry, Target } from '../document/entry.ts'

/** Who can't be served because something that it leads to isn't. */
export interface Dependents {
  /** Takes in entries that are other than before. */
  file(gone: readonly Entry[], come: readonly Entry[]): void
  /** Says whether what stands at the path is lost. Returns the paths of those that are by that, or aren't any more. */
  change(path: string, isLost: boolean): readonly string[]
  /** Whether the entry at the path leads to something that is lost. */
  isLost(path: string): boolean
  /** To what an entry would lead that is lost. */
  lostReferenceOf(entry: Entry): Target | undefined
}

interface References {
  referrers(path: string): Iterable<Entry>
}

export function createDependents(references: References): Dependents {
  const lost = new Set<string>()
  /** By path, to which lost paths the entry leads; nobody without any. */
  const missing = new Map<string, Set<string>>()
  return {
    file(gone, come) {
      for (const { path } of gone) missing.delete(path)
      if (lost.size === 0) return
      for (const { path, references: targets } of come) {
        const to = targets.filter((target) => lost.has(target.path))
        if (to.length > 0) missing.set(path, new Set(to.map((target) => target.path)))
      }
    },
    change(path, isLost) {
      if (lost.has(path) === isLost) return []
      const changed: string[] = []
      if (isLost) lost.add(path)
      else lost.delete(path)
      for (const { path: from } of references.referrers(path)) {
        const known = missing.get(from)
        if (isLost && known) known.add(path)
        else if (isLost) {
          missing.set(from, new Set([path]))
          changed.push(from)
        } else if (known?.delete(path) && known.size === 0) {
          missing.delete(from)
          changed.push(from)
        }
      }
      return changed
    },
    isLost: (path) => missing.has(path),
    lostReferenceOf: ({ path, references: targets }) =>
      missing.has(path) ? targets.find((target) => lost.has(target.path)) : undefined,
  }
}
