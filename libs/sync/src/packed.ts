import { archiveOf } from '@route-server/archive'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Entries } from './entry.ts'

/** Files and links of a folder, as a compressed archive. A file that grows or shrinks meanwhile fails the stream. */
export const packed = (folder: string, entries: Entries, paths: readonly string[]): Readable =>
  archiveOf(async ({ link, file }) => {
    for (const path of paths) {
      const entry = entries[path]
      if (entry === undefined) continue
      if ('link' in entry) link(path, entry.link)
      else await file(path, join(folder, path), entry)
    }
  })
