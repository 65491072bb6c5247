import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readlink } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Entry } from './entry.ts'

/** Of a mode, what a copy keeps: nobody but root owns it there. */
const KEPT_BITS = 0o777
/** Whoever writes there may put a link or a pipe in a file's place while we look. */
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** What is at a path; nothing where it is neither a file nor a link, or isn't there. */
export async function entryOf(path: string): Promise<Entry | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSymbolicLink()) return { link: await readlink(path) }
  if (!found?.isFile()) return undefined
  const file = await open(path, FILE)
  try {
    const { mode, size } = await file.stat()
    const hash = createHash('sha256')
    await pipeline(file.createReadStream({ autoClose: false }), hash)
    return { sha256: hash.digest('hex'), mode: mode & KEPT_BITS, bytes: size }
  } finally {
    await file.close()
  }
}
