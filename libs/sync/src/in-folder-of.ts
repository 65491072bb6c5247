import { codeOf } from '@route-server/disk'
import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { SyncError } from './sync-error.ts'

/** A folder, and never a link to one. */
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * Does the work with another path of the same file, on which no folder can be made a link meanwhile: a container that may write there could
 * lead us anywhere.
 *
 * @param make makes the folders that aren't there
 * @throws {SyncError} where one of them is none
 */
export async function inFolderOf<T>(
  root: string,
  path: string,
  { make }: { readonly make: boolean },
  work: (path: string) => Promise<T>,
): Promise<T> {
  const parts = path.split('/')
  const name = parts.pop() ?? ''
  let folder = await open(root, FOLDER)
  try {
    for (const [depth, part] of parts.entries()) {
      const next = `/proc/self/fd/${folder.fd}/${part}`
      if (make) await mkdir(next).catch(ignoreThere)
      const inner = await open(next, FOLDER).catch((error: unknown) => {
        throw isNoFolder(error) ? noFolder(path, parts.slice(0, depth + 1).join('/'), error) : error
      })
      await folder.close()
      folder = inner
    }
    return await work(`/proc/self/fd/${folder.fd}/${name}`)
  } finally {
    await folder.close()
  }
}

export const noFolder = (path: string, parent: string, cause?: unknown): SyncError =>
  new SyncError(`${path} can't be put there: on the machine, ${parent} is no folder. Move it away, and try again.`, {
    cause,
  })

const isNoFolder = (error: unknown): boolean => ['ENOTDIR', 'ELOOP'].includes(codeOf(error))

function ignoreThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error
}
