import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const FILE = 'Rediaccfile'

/** The Rediaccfiles of a repository: the one in its folder first, then those of the folders right in it, by name. Absolute. */
export function findRediaccfiles(folder: string): readonly string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
  return ['.', ...below].map((name) => join(folder, name, FILE)).filter((file) => existsSync(file))
}
