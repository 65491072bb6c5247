import { lstatSync, readFileSync } from 'node:fs'
import { codeOf } from '@route-server/disk'
import { Damage } from './format.ts'

const LARGEST = 256 * 2 ** 20

/** A file's content; nothing where there is no file. Throws {@link Damage}, and the errors of a disk that can't be read. */
export function readWhole(path: string): Buffer | undefined {
  try {
    const stats = lstatSync(path)
    // Before reading: a pipe would never end.
    if (!stats.isFile()) throw new Damage("it isn't a plain file")
    if (stats.size > LARGEST) throw new Damage(`it is larger than ${LARGEST / 2 ** 20} MiB`)
    return readFileSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
