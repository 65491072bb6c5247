import type { Repository } from '@route-server/store'
import { entriesAmong, isAsSent, readRecord, wasSent } from '@route-server/sync'
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { relative } from 'node:path'
import { findRediaccfiles } from '../rediaccfile/find.ts'

/** A repository's Rediaccfiles, relative to its folder, in their order. */
export interface Rediaccfiles {
  /** These are as they were sent. */
  readonly asSent: readonly string[]
  /** These were sent, and are others now. */
  readonly changed: readonly string[]
  /** These came into being on the machine. */
  readonly foreign: readonly string[]
}

/**
 * Root runs a Rediaccfile, so it runs what its user sent and no other: a container may have written one into a folder that it mounts.
 */
export async function rediaccfilesOf({ files, sent }: Repository): Promise<Rediaccfiles> {
  const asSent: string[] = []
  const changed: string[] = []
  const foreign: string[] = []
  if (existsSync(files)) {
    const record = await readRecord(sent)
    for (const file of findRediaccfiles(files)) {
      // Of a link, what it leads to.
      const path = relative(await realpath(files), await realpath(file))
      const there = path.startsWith('../') ? {} : await entriesAmong(files, [path])
      const list = isAsSent(record, path, there[path]) ? asSent : wasSent(record, path) ? changed : foreign
      list.push(relative(files, file))
    }
  }
  return { asSent, changed, foreign }
}

/** For `renet up` and its like: these and no others. */
export const only = ({ asSent }: Rediaccfiles): readonly string[] => asSent.flatMap((file) => ['--file', file])
