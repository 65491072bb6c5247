import { isSame, type Entries } from './entry.ts'

/** A file that would be overwritten or removed, though it isn't what was sent from here. */
export interface Conflict {
  readonly path: string
  /** `changed`: it was sent from here, and has changed there since. `foreign`: it never came from here. */
  readonly why: 'changed' | 'foreign'
}

export interface SyncPlan {
  /** Paths to send; ascending. */
  readonly send: readonly string[]
  /** Paths that were sent once, are as they were, and are gone here. */
  readonly remove: readonly string[]
  /** Nothing is done to these. */
  readonly conflicts: readonly Conflict[]
}

/**
 * What has to be done so that what came from here is there as it is here. What came into being there — data — is never touched.
 *
 * @param here what the folder has now
 * @param sent what it had when it was sent last
 * @param there what is there now, of the paths in either
 */
export function planSync(here: Entries, sent: Entries, there: Entries): SyncPlan {
  const send: string[] = []
  const remove: string[] = []
  const conflicts: Conflict[] = []
  for (const [path, entry] of sorted(here)) {
    if (isSame(entry, there[path])) continue
    if (there[path] === undefined || isSame(sent[path], there[path])) send.push(path)
    else conflicts.push({ path, why: sent[path] === undefined ? 'foreign' : 'changed' })
  }
  for (const [path, entry] of sorted(sent))
    if (here[path] === undefined && isSame(entry, there[path])) remove.push(path)
  return { send, remove, conflicts }
}

const sorted = (entries: Entries): readonly (readonly [string, Entries[string]])[] =>
  Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))
