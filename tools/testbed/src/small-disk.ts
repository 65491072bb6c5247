import { execFile } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own with little room. */
export interface SmallDisk {
  readonly path: string
  /** Takes all the room that is left. */
  fill(): Promise<void>
  /** Gives it back. */
  empty(): Promise<void>
  setReadOnly(readOnly: boolean): Promise<void>
  close(): Promise<void>
}

/** Mounts one at `path`, which it makes, with so many KiB of room and only for this user. Needs root. */
export async function mountSmallDisk(path: string, kibibytes: number): Promise<SmallDisk> {
  await mkdir(path)
  await run('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=700`, 'tmpfs', path])
  const filler = join(path, 'filler')
  return {
    path,
    async fill() {
      const file = await open(filler, 'a')
      try {
        for (;;) await file.write(Buffer.alloc(4096))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      } finally {
        await file.close()
      }
    },
    empty: () => rm(filler, { force: true }),
    async setReadOnly(readOnly) {
      await run('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, path])
    },
    async close() {
      // Lazily: whoever still has a file open there keeps it, and nobody else sees it.
      await run('umount', ['-l', path])
      await rm(path, { recursive: true, force: true })
    },
  }
}
