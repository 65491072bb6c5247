import { leftovers, removeFile, replaceFile, REAL } from '@route-server/disk'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where a secret of a machine is kept: a private file of its own. */
export const secretFileOf = (folder: string, name: string): string => join(folder, 'secrets', name)

/** Keeps a secret, readable by this user alone. */
export async function keepSecret(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await replaceFile(file, [text], REAL)
}

/** Removes it, and what a write that was killed left of one. */
export async function forgetSecret(file: string): Promise<void> {
  if (!existsSync(dirname(file))) return
  for (const name of await leftovers(file)) await removeFile(join(dirname(file), name), REAL)
  await removeFile(file, REAL)
}
