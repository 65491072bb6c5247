import { codeOf, replaceFile, REAL } from '@route-server/disk'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isInside, isSame, type Entries, type Entry } from './entry.ts'
import { entryOf } from './entry-of.ts'
import { SyncError } from './sync-error.ts'

/** What came from elsewhere. */
export interface Sent {
  /** What was sent last, whole. */
  readonly sent: Entries
  /** What is being put in place, or was when it was cut off: each time since. */
  readonly sending: readonly Entries[]
}

/** Whether a file is as it was sent. */
export const isAsSent = ({ sent, sending }: Sent, path: string, there: Entry | undefined): boolean =>
  there !== undefined && [sent, ...sending].some((entries) => isSame(entries[path], there))

/** Whether anything was ever sent to a path. */
export const wasSent = ({ sent, sending }: Sent, path: string): boolean =>
  [sent, ...sending].some((entries) => entries[path] !== undefined)

export async function readRecord(file: string): Promise<Sent> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Sent
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { sent: {}, sending: [] }
    throw new SyncError(
      `${file}: what was sent last can't be read: ${(error as Error).message}. Without the file, everything there counts as the machine's own.`,
      {
        cause: error,
      },
    )
  }
}

export const writeRecord = (file: string, record: Sent): Promise<void> =>
  replaceFile(file, [JSON.stringify(record)], REAL)

/**
 * What is in a folder at these paths.
 *
 * @throws {SyncError} where a path leads out of it
 */
export async function entriesAmong(folder: string, paths: Iterable<string>): Promise<Entries> {
  const found: [string, Entry][] = []
  for (const path of new Set(paths)) {
    if (!isInside(path)) throw new SyncError(`${JSON.stringify(path)} leads out of the repository`)
    const entry = await entryOf(join(folder, path))
    if (entry) found.push([path, entry])
  }
  return Object.fromEntries(found)
}
