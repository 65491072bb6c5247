import { lstatSync, readFileSync } from 'node:fs'
import { codeOf } from '@route-server/disk'
import { Damage } from './format.ts'

const LARGEST = 256 * 2 ** 20

/** A file's text; nothing where there is no file. Throws {@link Damage}, and the errors of a disk that can't be read. */
export function readText(path: string): string | undefined {
  try {
    const stats = lstatSync(path)
    // Before reading: a pipe would never end.
    if (!stats.isFile()) throw new Damage("it isn't a plain file")
    if (stats.size > LARGEST) throw new Damage(`it is larger than ${LARGEST / 2 ** 20} MiB`)
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw new Damage("it isn't text in UTF-8")
    throw error
  }
}
