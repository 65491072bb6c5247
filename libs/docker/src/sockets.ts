import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import picomatch from 'picomatch'
import { codeOf } from './failure.ts'
import type { Timing } from './timing.ts'

/** What is there to find sockets with; the part of `node:fs` that a scan needs. */
export interface FileSystem {
  /** Names in a folder. */
  readdir(path: string): readonly string[]
  /** Follows links. */
  stat(path: string): Stats
}

interface Stats {
  isSocket(): boolean
  readonly dev: number
  readonly ino: number
  readonly birthtimeMs: number
}

const REAL: FileSystem = { readdir: (path) => readdirSync(path), stat: (path) => statSync(path) }

/** What one scan found. */
export interface Scan {
  /** Sockets that match, by path. The identity is another one when the file was made anew. */
  readonly sockets: ReadonlyMap<string, string>
  /** Folders in which one may appear, by path, with their identity. */
  readonly folders: ReadonlyMap<string, string>
  /** Folders that couldn't be read, with the error's code. What is in them is unknown, which isn't "nothing". */
  readonly unreadable: ReadonlyMap<string, string>
}

/**
 * Finds the sockets that match paths or globs. Globs are matched segment by segment: `*`, `?`, `[…]` and `{…}` stay within one
 * folder. A glob library would take a folder that can't be read for an empty one.
 */
export function scanSockets(globs: readonly string[], fs: FileSystem = REAL): Scan {
  const sockets = new Map<string, string>()
  const folders = new Map<string, string>()
  const unreadable = new Map<string, string>()

  /** Notes what can't be read; errors that mean there is nothing don't count. */
  const attempt = <T>(folder: string, nothing: readonly string[], read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      const code = codeOf(error)
      if (!nothing.includes(code)) unreadable.set(folder, code)
      return undefined
    }
  }
  const enter = (folder: string): void => {
    try {
      folders.set(folder, identityOf(fs.stat(folder)))
    } catch {
      // Whoever looks into it notices too.
    }
  }
  const addSocket = (path: string): void => {
    const stats = attempt(dirname(path), ['ENOENT', 'ENOTDIR', 'ELOOP'], () => fs.stat(path))
    if (stats?.isSocket()) sockets.set(path, identityOf(stats))
  }
  const find = (path: string, [segment, ...rest]: readonly string[]): void => {
    if (segment === undefined) {
      addSocket(path)
      return
    }
    if (!isGlob(segment)) {
      if (rest.length === 0) enter(path)
      find(join(path, segment), rest)
      return
    }
    enter(path)
    const matches = picomatch(segment)
    const names = attempt(path, ['ENOENT', 'ENOTDIR'], () => fs.readdir(path)) ?? []
    for (const name of names.filter((name) => matches(name))) find(join(path, name), rest)
  }

  for (const glob of globs) find('/', resolve(glob).split('/').filter(Boolean))
  return { sockets, folders, unreadable }
}

/** The folder that couldn't be read and might hold this path, if there is one. */
export function unreadableAbove(path: string, { unreadable }: Scan): string | undefined {
  return [...unreadable.keys()].find((folder) => path.startsWith(folder === '/' ? '/' : `${folder}/`))
}

function identityOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`
}

function isGlob(segment: string): boolean {
  return picomatch.scan(segment).isGlob || segment.includes('\\')
}

/** Scans at once, then after each change in a folder and every `rescan` ms, until the returned function is called. */
export function watchSockets(globs: readonly string[], timing: Timing, found: (scan: Scan) => void): () => void {
  const watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>()
  let soon: NodeJS.Timeout | undefined

  const unwatch = (folder: string): void => {
    watchers.get(folder)?.watcher.close()
    watchers.delete(folder)
  }
  const scanSoon = (): void => {
    soon ??= setTimeout(scan, timing.settle)
  }
  const watchFolder = (folder: string, identity: string): void => {
    try {
      const watcher = watch(folder, scanSoon).on('error', () => unwatch(folder))
      watchers.set(folder, { identity, watcher })
    } catch {
      // Out of watches, or the folder went away: the next scan comes anyway.
    }
  }
  const scan = (): void => {
    clearTimeout(soon)
    soon = undefined
    const result = scanSockets(globs)
    for (const [folder, { identity }] of watchers) if (result.folders.get(folder) !== identity) unwatch(folder)
    for (const [folder, identity] of result.folders) if (!watchers.has(folder)) watchFolder(folder, identity)
    found(result)
  }

  scan()
  const again = setInterval(scan, timing.rescan)
  return () => {
    clearInterval(again)
    clearTimeout(soon)
    for (const folder of [...watchers.keys()]) unwatch(folder)
  }
}
