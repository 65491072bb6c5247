import { createHash } from 'node:crypto'
import type { BinaryToTextEncoding } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

type Content = AsyncIterable<Uint8Array> | Iterable<string>

/** Piece by piece: a package may be large, and others are served meanwhile. */
async function sha512(content: Content, encoding: BinaryToTextEncoding): Promise<string> {
  const hash = createHash('sha512')
  for await (const piece of content) hash.update(piece)
  return hash.digest(encoding)
}

const read = (path: string): Content => createReadStream(path, { highWaterMark: 2 ** 18 })

/** Every file and link below a folder, with paths from there. */
async function filesIn(folder: string, prefix = ''): Promise<readonly string[]> {
  const paths: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`
    if (entry.isDirectory()) paths.push(...(await filesIn(join(folder, entry.name), `${path}/`)))
    else paths.push(path)
  }
  return paths
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/**
 * What a file or a folder is to be pinned by: `sha512-…`. Of a file it is the hash of its bytes; of a folder that of what
 * `sha512sum` prints for all its files in the order of their paths, where a link stands for the path in it.
 */
export async function integrityOf(path: string): Promise<string> {
  if (!(await lstat(path)).isDirectory()) return `sha512-${await sha512(read(path), 'base64')}`
  const lines: string[] = []
  for (const file of [...(await filesIn(path))].sort(byBytes)) {
    const full = join(path, file)
    const isLink = (await lstat(full)).isSymbolicLink()
    lines.push(`${await sha512(isLink ? [await readlink(full)] : read(full), 'hex')}  ${file}\n`)
  }
  return `sha512-${await sha512(lines, 'base64')}`
}
