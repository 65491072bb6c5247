import { codeOf } from '@route-server/disk'
import { forgetSecret, keepSecret, secretFileOf } from '@route-server/machine'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** Where the key of an encrypted repository is kept: beside the machines' tokens. */
export const volumeKeyFile = (folder: string, machine: string, name: string): string =>
  secretFileOf(folder, `${machine}.${name}.volume-key`)

/**
 * Does the work with a new key, which is kept before it is used; one that is there already is used again. Where the work fails, the new one is
 * forgotten, unless it may open something by now.
 */
export async function withNewVolumeKey<T>(
  file: string,
  work: (key: string) => Promise<T>,
  mayOpen: () => Promise<boolean>,
): Promise<T> {
  const there = await readVolumeKey(file)
  if (there !== undefined) return work(there)
  const key = randomBytes(48).toString('base64url')
  await keepSecret(file, key)
  try {
    return await work(key)
  } catch (error) {
    if (!(await mayOpen().catch(() => true))) await forgetSecret(file)
    throw error
  }
}

export async function readVolumeKey(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
