import type { Repository } from '@route-server/store'
import { fateOf, readRecord } from '@route-server/sync'
import { existsSync } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
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
  const found = { 'as sent': [] as string[], changed: [] as string[], foreign: [] as string[] }
  if (existsSync(files)) {
    const record = await readRecord(sent)
    for (const file of findRediaccfiles(files)) {
      const path = relative(files, file)
      const fate = await fateOf(files, record, path)
      // A link that was sent, and leads to what was sent.
      const isLink = fate === 'as sent' && (await lstat(file)).isSymbolicLink()
      const behind = isLink ? relative(await realpath(files), await realpath(file)) : path
      found[isLink ? await fateOf(files, record, behind) : fate].push(path)
    }
  }
  return { asSent: found['as sent'], changed: found.changed, foreign: found.foreign }
}

/** For `renet up` and its like: these and no others. */
export const only = ({ asSent }: Rediaccfiles): readonly string[] => asSent.flatMap((file) => ['--file', file])
