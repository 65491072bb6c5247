import { codeOf, replaceFile, REAL } from '@route-server/disk'
import { lstat, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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
    const record = JSON.parse(await readFile(file, 'utf8')) as Sent | Entries
    // The first releases wrote what was sent, and no more.
    return Array.isArray(record['sending']) ? (record as Sent) : { sent: record as Entries, sending: [] }
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

/** What became of a file since: `foreign` never came from elsewhere. What can't be the same by its size isn't read. */
export async function fateOf(folder: string, record: Sent, path: string): Promise<'as sent' | 'changed' | 'foreign'> {
  if (!isInside(path) || !wasSent(record, path)) return 'foreign'
  const { size } = await lstat(join(folder, path))
  const sizes = [record.sent, ...record.sending].map((entries) => sizeOf(entries[path]))
  if (!sizes.includes(size)) return 'changed'
  return isAsSent(record, path, await entryOf(join(folder, path))) ? 'as sent' : 'changed'
}

/** As `lstat` has it. */
const sizeOf = (entry: Entry | undefined): number | undefined =>
  entry && ('link' in entry ? Buffer.byteLength(entry.link) : entry.bytes)

/**
 * What is in a folder at these paths. What lies behind a link isn't in it.
 *
 * @throws {SyncError} where a path leads out of it
 */
export async function entriesAmong(folder: string, paths: Iterable<string>): Promise<Entries> {
  const folders = new Map<string, Promise<boolean>>()
  const isFolder = (path: string): Promise<boolean> => {
    const known = folders.get(path) ?? isOwnFolder(path)
    folders.set(path, known)
    return known
  }
  const isOwnFolder = async (path: string): Promise<boolean> =>
    path === '.' ||
    ((await isFolder(dirname(path))) &&
      (await lstat(join(folder, path)).then(
        (found) => found.isDirectory(),
        () => false,
      )))
  const found: [string, Entry][] = []
  for (const path of new Set(paths)) {
    if (!isInside(path)) throw new SyncError(`${JSON.stringify(path)} leads out of the repository`)
    const entry = (await isFolder(dirname(path))) ? await entryOf(join(folder, path)) : undefined
    if (entry) found.push([path, entry])
  }
  return Object.fromEntries(found)
}
