import type { Entry, Lookup, Target } from '../document/entry.ts'

/** The entries that refer to one of the `lost` paths, or to one that does, each once, with the reference that it loses. */
export function* dependentsOf(
  entries: Iterable<Entry>,
  lost: Iterable<string>,
): Iterable<readonly [entry: Entry, reference: Target]> {
  const referrers = new Map<string, (readonly [Entry, Target])[]>()
  for (const entry of entries)
    for (const reference of entry.references) {
      const known = referrers.get(reference.path)
      if (known) known.push([entry, reference])
      else referrers.set(reference.path, [[entry, reference]])
    }
  const paths = [...lost]
  const found = new Set<Entry>()
  for (const path of paths)
    for (const [entry, reference] of referrers.get(path) ?? []) {
      if (found.has(entry)) continue
      found.add(entry)
      paths.push(entry.path)
      yield [entry, reference]
    }
}

/** The paths that these entries refer to and that are neither among them nor around them. */
export function missingFrom(entries: ReadonlyMap<string, Entry>, around: Lookup<Entry>): ReadonlySet<string> {
  const missing = new Set<string>()
  for (const { references } of entries.values())
    for (const { path } of references) if (!entries.has(path) && !around.get(path)) missing.add(path)
  return missing
}
