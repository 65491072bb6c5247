import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { cacheDirectory } from './directory.ts'

/** The Traefik that tests run against unless they name another; install.sh fetches it. */
export const TRAEFIK_VERSION = '3.7.15'

/** The Docker Compose that tests run; install.sh builds it. */
export const COMPOSE_VERSION = '2.40.3'

/** Where dockerd lives on Debian, though not on every user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** The full path of a program on PATH or in the system's folders; undefined when there is none. */
export function findExecutable(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** Where install.sh puts a Traefik of this version (`3.7.15`, or `3.3.x` when it was asked for so). */
export function traefikPath(version: string = TRAEFIK_VERSION): string {
  return join(cacheDirectory(), `traefik-${version}`, 'traefik')
}

/** Where install.sh puts Docker Compose: Docker's plugin, which also runs alone. */
export function composePath(): string {
  return join(cacheDirectory(), `docker-compose-v${COMPOSE_VERSION}`, 'docker-compose')
}

/** Where install.sh puts Prometheus' own check of metrics and rules. */
export function promtoolPath(): string {
  return join(cacheDirectory(), 'promtool')
}

/** A file of this repository, by its path from the root; from sources, built files and bundles alike. */
export function workspaceFile(path: string): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'nx.json'))) {
    if (folder === dirname(folder)) throw new Error(`${import.meta.dirname} is in no checkout of this repository.`)
    folder = dirname(folder)
  }
  return join(folder, path)
}

/** Whether this process may run the file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
