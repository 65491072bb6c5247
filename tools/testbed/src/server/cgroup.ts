import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where systemd keeps its processes apart: the unified hierarchy, beside it the one named `systemd`, or either. */
function hierarchies(): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type, options = '']) => type === 'cgroup2' || (type === 'cgroup' && options.includes('name=systemd')))
    .map(([, path = '']) => path)
}

let last = 0

/** Folders for one server's processes, not made yet: two servers that shared one would move each other's. */
export function freshCgroups(): string[] {
  removeAbandoned()
  last += 1
  return hierarchies().map((path) => join(path, `rs-server-${process.pid}-${last}`))
}

/** Removes the folders, whose processes have ended. */
export function removeCgroups(folders: readonly string[]): void {
  for (const folder of folders) if (existsSync(folder)) removeFrom(folder)
}

/** A test process that was killed couldn't remove its own. */
function removeAbandoned(): void {
  for (const path of hierarchies()) {
    for (const name of readdirSync(path)) {
      const [, pid] = /^rs-server-(\d+)-\d+$/.exec(name) ?? []
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue
      try {
        removeFrom(join(path, name))
      } catch {
        // Its processes are about to end; the next one finds it empty.
      }
    }
  }
}

function removeFrom(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeFrom(join(folder, entry.name))
  rmdirSync(folder)
}
