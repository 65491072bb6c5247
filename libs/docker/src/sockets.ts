import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import picomatch from 'picomatch'
import { codeOf } from './failure.ts'
import type { Timing } from './timing.ts'

/** What is there to find sockets with; the part of `node:fs` that a scan needs. */
export interface FileSystem {
  /** What is in a folder. */
  readdir(path: string): readonly Entry[]
  /** Follows links. */
  stat(path: string): Stats
}

interface Entry {
  readonly name: string
  isSymbolicLink(): boolean
}

interface Stats {
  isSocket(): boolean
  readonly dev: number
  readonly ino: number
  readonly birthtimeMs: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

const REAL: FileSystem = {
  readdir: (path) => readdirSync(path, { withFileTypes: true }),
  stat: (path) => statSync(path),
}

/** What one scan found. */
export interface Scan {
  /** Sockets that match, by path. The identity is another one when the file was made anew. */
  readonly sockets: ReadonlyMap<string, string>
  /** Folders in which one may appear, by path, with their identity. */
  readonly folders: ReadonlyMap<string, string>
  /** Folders that couldn't be read, with the error's code. What is in them is unknown, which isn't "nothing". */
  readonly unreadable: ReadonlyMap<string, string>
}

/** One segment of a glob; what it matches is left out where it is one name. */
interface Segment {
  readonly text: string
  readonly matches?: (name: string) => boolean
}

/** What matches a segment in a folder, and stays as it is while the folder's stamp does. */
interface Contents {
  readonly stamp: string
  /** By `performance.now()`; ms. */
  readonly believedUntil: number
  /** Sockets with their identities. */
  readonly sockets: ReadonlyMap<string, string>
  /** Paths to look at each time: folders, and links, whose targets are elsewhere. */
  readonly paths: readonly string[]
}

/** A time of change that is as young as this may be that of a later change too, so coarse are some file systems' clocks. */
const COARSE_MS = 2_000

/** After this a folder is read although its times are the same: a mount changes what is in it, and some file systems keep no times. */
const BELIEVED_MS = 10_000

/** Scans for sockets again and again. */
export interface SocketScanner {
  scan(): Scan
  /** Something happened in a folder, whatever its times say. */
  forget(): void
}

/** One scan. */
export function scanSockets(globs: readonly string[], fs?: FileSystem): Scan {
  return socketScanner(globs, fs).scan()
}

/**
 * Finds the sockets that match paths or globs, at the cost of a `stat` for each folder that didn't change. Globs are matched
 * segment by segment: `*`, `?`, `[…]` and `{…}` stay within one folder. A glob library would take a folder that can't be read
 * for an empty one.
 */
export function socketScanner(globs: readonly string[], fs: FileSystem = REAL): SocketScanner {
  const paths = globs.map((glob) => resolve(glob).split('/').filter(Boolean).map(toSegment))
  /** Of the folders that the last scan passed. */
  let known = new Map<string, Contents>()

  const scan = (): Scan => {
    const sockets = new Map<string, string>()
    const folders = new Map<string, string>()
    const unreadable = new Map<string, string>()
    const passed = new Map<string, Contents>()

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
    const enter = (folder: string): Stats | undefined => {
      try {
        const stats = fs.stat(folder)
        folders.set(folder, identityOf(stats))
        return stats
      } catch {
        // Whoever looks into it notices too.
        return undefined
      }
    }
    const socketAt = (path: string): string | undefined => {
      const stats = attempt(dirname(path), ['ENOENT', 'ENOTDIR', 'ELOOP'], () => fs.stat(path))
      return stats?.isSocket() ? identityOf(stats) : undefined
    }
    const read = (folder: string, matches: (name: string) => boolean, isLast: boolean) => {
      const fixed = new Map<string, string>()
      const paths: string[] = []
      for (const entry of attempt(folder, ['ENOENT', 'ENOTDIR'], () => fs.readdir(folder)) ?? []) {
        if (!matches(entry.name)) continue
        const path = join(folder, entry.name)
        const identity = isLast && !entry.isSymbolicLink() ? socketAt(path) : undefined
        if (identity !== undefined) fixed.set(path, identity)
        else if (!isLast || entry.isSymbolicLink()) paths.push(path)
      }
      return { sockets: fixed, paths }
    }
    const contentsOf = (folder: string, { text, matches }: Required<Segment>, isLast: boolean) => {
      const stats = enter(folder)
      const stamp = stats && `${identityOf(stats)}:${stats.mtimeMs}:${stats.ctimeMs}`
      const key = join(folder, text, isLast ? '' : '/')
      const before = known.get(key)
      if (before && before.stamp === stamp && performance.now() < before.believedUntil) {
        passed.set(key, before)
        return before
      }
      const contents = read(folder, matches, isLast)
      const isSettled = stats && Math.max(stats.mtimeMs, stats.ctimeMs) < Date.now() - COARSE_MS
      if (stamp !== undefined && isSettled && !unreadable.has(folder))
        passed.set(key, { ...contents, stamp, believedUntil: performance.now() + BELIEVED_MS })
      return contents
    }
    const find = (path: string, [segment, ...rest]: readonly Segment[]): void => {
      if (segment === undefined) {
        const identity = socketAt(path)
        if (identity !== undefined) sockets.set(path, identity)
        return
      }
      const { text, matches } = segment
      if (!matches) {
        if (rest.length === 0) enter(path)
        find(join(path, text), rest)
        return
      }
      const contents = contentsOf(path, { text, matches }, rest.length === 0)
      for (const [socket, identity] of contents.sockets) sockets.set(socket, identity)
      for (const inside of contents.paths) find(inside, rest)
    }

    for (const segments of paths) find('/', segments)
    known = passed
    return { sockets, folders, unreadable }
  }
  return { scan, forget: () => known.clear() }
}

/** The folder that couldn't be read and might hold this path, if there is one. */
export function unreadableAbove(path: string, { unreadable }: Scan): string | undefined {
  return [...unreadable.keys()].find((folder) => path.startsWith(folder === '/' ? '/' : `${folder}/`))
}

function identityOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`
}

function toSegment(text: string): Segment {
  const isGlob = picomatch.scan(text).isGlob || text.includes('\\')
  return { text, ...(isGlob && { matches: picomatch(text) }) }
}

/** Scans at once, then after each change in a folder and every `rescan` ms, until the returned function is called. */
export function watchSockets(globs: readonly string[], timing: Timing, found: (scan: Scan) => void): () => void {
  const scanner = socketScanner(globs)
  const watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>()
  let soon: NodeJS.Timeout | undefined

  const unwatch = (folder: string): void => {
    watchers.get(folder)?.watcher.close()
    watchers.delete(folder)
  }
  const scanSoon = (): void => {
    scanner.forget()
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
    const result = scanner.scan()
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
