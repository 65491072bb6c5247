import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { FileSystem } from './file-system.ts'
import { codeOf } from './error-code.ts'

/** Names of what writes of this file that were killed left in its folder; those that go on are among them, too. */
export async function leftovers(path: string): Promise<readonly string[]> {
  const prefix = `${basename(path)}.`
  return (await readdir(dirname(path))).filter(
    (name) => name.startsWith(prefix) && /^[0-9a-f]{12}\.new$/.test(name.slice(prefix.length)),
  )
}

/** Whether this is what a save that was killed left behind. */
export const isLeftover = (name: string): boolean => /\.json\.[0-9a-f]{12}\.new$/.test(name)

/** Who may do what with it; else it is this user's alone. */
export interface Rights {
  readonly mode: number
  readonly owner?: { readonly uid: number; readonly gid: number }
}

/**
 * Gives a file other content, piece by piece, readable by this user alone unless told. Whenever it is interrupted the file has the old content or the new;
 * once it is done the new one is on the disk.
 */
export async function replaceFile(
  path: string,
  pieces: readonly string[],
  fs: FileSystem,
  rights?: Rights,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    const file = await fs.open(temporary, 'wx', 0o600)
    try {
      for (const piece of pieces) await file.writeFile(piece)
      if (rights?.owner) await file.chown(rights.owner.uid, rights.owner.gid)
      if (rights) await file.chmod(rights.mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await fs.rename(temporary, path)
  } catch (error) {
    // The first error is the one that tells why; without it there would be nothing to remove.
    await fs.unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path), fs)
}

/** Removes a file for good, if it is there. */
export async function removeFile(path: string, fs: FileSystem): Promise<void> {
  try {
    await fs.unlink(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  await syncFolder(dirname(path), fs)
}

async function syncFolder(path: string, fs: FileSystem): Promise<void> {
  const folder = await fs.open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
