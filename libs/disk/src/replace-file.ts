import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { FileSystem } from './file-system.ts'
import { codeOf } from './error-code.ts'

const PRIVATE = 0o600

/** Names of what writes of this file that were killed left in the folder where they write; those that go on are among them, too. */
export async function leftovers(path: string, by = dirname(path)): Promise<readonly string[]> {
  const prefix = `${basename(path)}.`
  return (await readdir(by)).filter(
    (name) => name.startsWith(prefix) && /^[0-9a-f]{12}\.new$/.test(name.slice(prefix.length)),
  )
}

/** Whether this is what a save that was killed left behind. */
export const isLeftover = (name: string): boolean => /\.jsonl?\.[0-9a-f]{12}\.new$/.test(name)

export interface ReplaceOptions {
  /** Who may read it; this user alone unless told. */
  readonly mode?: number
  /** Whose it is; this user's unless told. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /** Where it is written before it takes the name; on the same file system. The file's own folder unless told. */
  readonly by?: string
}

/**
 * Gives a file other content, piece by piece. Whenever it is interrupted the file has the old content or the new; once it is done the new one
 * is on the disk.
 */
export async function replaceFile(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  fs: FileSystem,
  options: ReplaceOptions = {},
): Promise<void> {
  const temporary = await writeBeside(path, pieces, fs, options)
  try {
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path), fs)
}

/**
 * The first half of that: writes the content, to the disk, under another name, which it returns. A piece is asked for when the one
 * before is written, so whatever else there is to do has its turn in between.
 */
export async function writeBeside(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  fs: FileSystem,
  { mode = PRIVATE, owner, by = dirname(path) }: ReplaceOptions = {},
): Promise<string> {
  const temporary = join(by, `${basename(path)}.${randomBytes(6).toString('hex')}.new`)
  try {
    const file = await fs.open(temporary, 'wx', PRIVATE)
    try {
      for (const piece of pieces) await file.writeFile(piece)
      if (owner) await file.chown(owner.uid, owner.gid)
      // Not at its making, where the process's umask would have a say.
      if (mode !== PRIVATE) await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    // The first error is the one that tells why; without it there would be nothing to remove.
    await fs.unlink(temporary).catch(() => undefined)
    throw error
  }
  return temporary
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

/** Brings to the disk which names there are in a folder. */
export const syncFolder = (path: string, fs: FileSystem): Promise<void> => sync(path, 'r', fs)

/** Brings to the disk what was added to a file. */
export const syncFile = (path: string, fs: FileSystem): Promise<void> => sync(path, 'r+', fs)

async function sync(path: string, flags: 'r' | 'r+', fs: FileSystem): Promise<void> {
  const opened = await fs.open(path, flags)
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
