import { codeOf } from '@route-server/disk'
import { keepSecret, secretFileOf } from '@route-server/machine'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** Where the key of an encrypted repository is kept: beside the machines' tokens. */
export const volumeKeyFile = (folder: string, machine: string, name: string): string =>
  secretFileOf(folder, `${machine}.${name}.volume-key`)

/** A new key, kept before it is used. One that is there already is used again. */
export async function makeVolumeKey(file: string): Promise<string> {
  const there = await readVolumeKey(file)
  if (there !== undefined) return there
  const key = randomBytes(48).toString('base64url')
  await keepSecret(file, key)
  return key
}

export async function readVolumeKey(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
