import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Entry } from './entry.ts'

/** Of a mode, what a copy keeps: nobody but root owns it there. */
const KEPT_BITS = 0o777

/** What is at a path; nothing where it is neither a file nor a link, or isn't there. */
export async function entryOf(path: string): Promise<Entry | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSymbolicLink()) return { link: await readlink(path) }
  if (!found?.isFile()) return undefined
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { sha256: hash.digest('hex'), mode: found.mode & KEPT_BITS, bytes: found.size }
}
