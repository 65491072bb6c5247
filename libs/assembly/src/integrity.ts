import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const sha512 = (content: string | Uint8Array, encoding: 'hex' | 'base64'): string =>
  createHash('sha512').update(content).digest(encoding)

/** Every file and link below a folder, with paths from there. */
function filesIn(folder: string, prefix = ''): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`
    return entry.isDirectory() ? filesIn(join(folder, entry.name), `${path}/`) : [path]
  })
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/**
 * What a file or a folder is to be pinned by: `sha512-…`. Of a file it is the hash of its bytes; of a folder that of what
 * `sha512sum` prints for all its files in the order of their paths, where a link stands for the path in it.
 */
export function integrityOf(path: string): string {
  if (!lstatSync(path).isDirectory()) return `sha512-${sha512(readFileSync(path), 'base64')}`
  const lines = [...filesIn(path)].sort(byBytes).map((file) => {
    const full = join(path, file)
    const content = lstatSync(full).isSymbolicLink() ? readlinkSync(full) : readFileSync(full)
    return `${sha512(content, 'hex')}  ${file}\n`
  })
  return `sha512-${sha512(lines.join(''), 'base64')}`
}
