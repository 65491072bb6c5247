import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a child finds what it was given as its first descriptor beyond the usual three. */
export const HANDED_OVER = '/dev/fd/3'

/**
 * Lets a child process read a text, as often as it likes, from a descriptor: a file that no longer has a name, so that nobody else can read it and
 * nothing is left of it, however we end.
 */
export function withText<T>(text: string, use: (descriptor: number) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'renet-'))
  let descriptor: number
  try {
    const file = join(folder, 'text')
    writeFileSync(file, text, { mode: 0o600 })
    descriptor = openSync(file, 'r')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
