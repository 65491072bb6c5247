import { isSame, type Entries } from './entry.ts'
import { entriesAmong, isAsSent, wasSent, type Sent } from './record.ts'

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
 * @param record what it had when it was sent
 * @param there what is there now, of the paths in either
 */
export function planSync(here: Entries, record: Sent, there: Entries): SyncPlan {
  const send: string[] = []
  const conflicts: Conflict[] = []
  for (const path of Object.keys(here).sort()) {
    if (isSame(here[path], there[path])) continue
    if (there[path] === undefined || isAsSent(record, path, there[path])) send.push(path)
    else conflicts.push({ path, why: wasSent(record, path) ? 'changed' : 'foreign' })
  }
  const remove = [...sentPaths(record)]
    .filter((path) => here[path] === undefined && isAsSent(record, path, there[path]))
    .sort()
  return { send, remove, conflicts }
}

/** The same for a folder, as it is at this moment. */
export async function planFor(folder: string, here: Entries, record: Sent): Promise<SyncPlan> {
  return planSync(here, record, await entriesAmong(folder, [...Object.keys(here), ...sentPaths(record)]))
}

const sentPaths = ({ sent, sending }: Sent): ReadonlySet<string> =>
  new Set([sent, ...sending].flatMap((entries) => Object.keys(entries)))

/**
 * What somebody agreed to, as it has to be done by now.
 *
 * @returns the plan of now; nothing where it does what he didn't agree to
 */
export function stillAgreed(agreed: SyncPlan, now: SyncPlan): SyncPlan | undefined {
  const conflicts = new Set(agreed.conflicts.map(({ path }) => path))
  const sent = new Set([...agreed.send, ...conflicts])
  const removed = new Set(agreed.remove)
  const isAgreed =
    now.send.every((path) => sent.has(path)) &&
    now.remove.every((path) => removed.has(path)) &&
    now.conflicts.every(({ path }) => conflicts.has(path))
  return isAgreed ? now : undefined
}
