import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of a test's own. */
export interface TestDirectory {
  readonly path: string
  remove(): Promise<void>
}

/** Makes an empty folder under the system's temporary one, with a short name: a unix socket's path has at most 107 bytes. */
export function makeTestDirectory(): TestDirectory {
  const path = mkdtempSync(join(tmpdir(), 'rs-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Where downloads and built images stay between runs: `$XDG_CACHE_HOME/route-server`, as install.sh has it. */
export function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'route-server')
}
