import { codeOf } from '@route-server/disk'
import { lstat, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isInside, isSame, type Entries } from './entry.ts'
import { entryOf } from './entry-of.ts'
import { inFolderOf, noFolder } from './in-folder-of.ts'
import { SyncError } from './sync-error.ts'

/** What has arrived beside a folder, and what shall become of the folder. */
export interface Arrived {
  /** Where the files were unpacked to; on the folder's own file system. */
  readonly incoming: string
  readonly folder: string
  readonly entries: Entries
  readonly send: readonly string[]
  readonly remove: readonly string[]
}

/**
 * Removes what is gone, and puts what arrived in its places, one rename each. Nothing is done before everything has arrived whole, and has room.
 *
 * @throws {SyncError} where a file is not what was sent, or a folder on the way is none
 */
export async function apply({ incoming, folder, entries, send, remove }: Arrived): Promise<void> {
  for (const path of [...send, ...remove])
    if (!isInside(path)) throw new SyncError(`${JSON.stringify(path)} leads out of the repository`)
  const gone = new Set(remove)
  for (const path of send) {
    await expectRoom(folder, path, gone)
    if (!isSame(await entryOf(join(incoming, path)), entries[path]))
      throw new SyncError(
        `${path} didn't arrive as it was here: it changed meanwhile. Nothing was put in place; try again.`,
      )
  }
  for (const path of remove) {
    await inFolderOf(folder, path, { make: false }, (there) => rm(there, { force: true })).catch(ignoreGone)
    await removeEmpty(folder, dirname(path))
  }
  for (const path of send)
    await inFolderOf(folder, path, { make: true }, async (there) => {
      // Of a folder whose files are gone, folders may be left.
      await rmdir(there).catch(() => undefined)
      await rename(join(incoming, path), there)
    })
}

/** Whether a file can be put there once others are gone. */
async function expectRoom(folder: string, path: string, gone: ReadonlySet<string>): Promise<void> {
  const parts = path.split('/')
  for (let depth = 1; depth < parts.length; depth += 1) {
    const parent = parts.slice(0, depth).join('/')
    const found = await lstat(join(folder, parent)).catch(ignoreGone)
    if (found === undefined || gone.has(parent)) return
    if (!found.isDirectory()) throw noFolder(path, parent)
  }
  const kept = await firstKept(folder, path, gone)
  if (kept !== undefined)
    throw new SyncError(
      `${path} can't be put there: on the machine it is a folder, with ${kept} in it. Move it away, and try again.`,
    )
}

/** The first in a folder that isn't going to be removed; an empty folder is somebody's, too. */
async function firstKept(folder: string, path: string, gone: ReadonlySet<string>): Promise<string | undefined> {
  const found = await lstat(join(folder, path)).catch(ignoreGone)
  if (!found?.isDirectory()) return undefined
  for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`
    const isEmpty = entry.isDirectory() && (await readdir(join(folder, inner))).length === 0
    if (isEmpty || !(entry.isDirectory() || gone.has(inner))) return inner
    const kept = await firstKept(folder, inner, gone)
    if (kept !== undefined) return kept
  }
  return undefined
}

async function removeEmpty(folder: string, path: string): Promise<void> {
  for (let at = path; at !== '.'; at = dirname(at)) {
    try {
      await inFolderOf(folder, at, { make: false }, (there) => rmdir(there))
    } catch {
      return
    }
  }
}

function ignoreGone(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}
