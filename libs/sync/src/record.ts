import { codeOf, replaceFile, REAL } from '@route-server/disk'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isInside, type Entries, type Entry } from './entry.ts'
import { entryOf } from './entry-of.ts'
import { SyncError } from './sync-error.ts'

/** What was sent last; nothing where nothing was. */
export async function readRecord(file: string): Promise<Entries> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Entries
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {}
    throw new SyncError(
      `${file}: what was sent last can't be read: ${(error as Error).message}. Without the file, everything there counts as the machine's own.`,
      {
        cause: error,
      },
    )
  }
}

export const writeRecord = (file: string, entries: Entries): Promise<void> =>
  replaceFile(file, [JSON.stringify(entries)], REAL)

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
