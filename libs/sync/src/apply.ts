import { lstat, mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isInside, isSame, type Entries } from './entry.ts'
import { entryOf } from './entry-of.ts'
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
 * Puts what arrived in its places, one rename each, and removes what is gone. Nothing is done before everything has arrived whole.
 *
 * @throws {SyncError} where a file is not what was sent, or a folder on the way is none
 */
export async function apply({ incoming, folder, entries, send, remove }: Arrived): Promise<void> {
  for (const path of [...send, ...remove]) {
    if (!isInside(path)) throw new SyncError(`${JSON.stringify(path)} leads out of the repository`)
    await expectFolders(folder, path)
  }
  for (const path of send)
    if (!isSame(await entryOf(join(incoming, path)), entries[path]))
      throw new SyncError(
        `${path} didn't arrive as it was here: it changed meanwhile. Nothing was put in place; try again.`,
      )
  for (const path of send) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await rename(join(incoming, path), join(folder, path))
  }
  for (const path of remove) {
    await rm(join(folder, path), { force: true })
    await removeEmpty(folder, dirname(path))
  }
}

/** A container that may write there could have made a link of a folder, which would lead anywhere. */
async function expectFolders(folder: string, path: string): Promise<void> {
  const parts = path.split('/').slice(0, -1)
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const parent = parts.slice(0, depth).join('/')
    const found = await lstat(join(folder, parent)).catch(() => undefined)
    if (found === undefined) return
    if (!found.isDirectory())
      throw new SyncError(
        `${path} can't be put there: on the machine, ${parent} is no folder. Move it away, and try again.`,
      )
  }
}

async function removeEmpty(folder: string, path: string): Promise<void> {
  for (let at = path; at !== '.'; at = dirname(at)) {
    try {
      await rmdir(join(folder, at))
    } catch {
      return
    }
  }
}
