import { codeOf, removeFile, replaceFile, REAL } from '@route-server/disk'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where the key of an encrypted repository is kept: a private file of its own, beside the machines' tokens. */
export const volumeKeyFile = (folder: string, machine: string, name: string): string =>
  join(folder, 'secrets', `${machine}.${name}.volume-key`)

/** A new key, kept before it is used. One that is there already is used again. */
export async function makeVolumeKey(file: string): Promise<string> {
  const there = await readVolumeKey(file)
  if (there !== undefined) return there
  const key = randomBytes(48).toString('base64url')
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await replaceFile(file, [key], REAL)
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

export const forgetVolumeKey = (file: string): Promise<void> => removeFile(file, REAL)
