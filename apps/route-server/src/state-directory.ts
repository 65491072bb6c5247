import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** A state directory that can't be used; the message is one sentence for people. */
export class StateDirectoryError extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user isn't allowed to",
  EPERM: "this user isn't allowed to",
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'there is a file in its place',
}

/** Makes the directory, private to this user, unless it is there; its parent has to exist when somebody chose the place. */
export function openStateDirectory(path: string, { chosen }: { readonly chosen: boolean }): void {
  try {
    if (chosen) statSync(dirname(path))
    mkdirSync(path, { recursive: !chosen, mode: 0o700 })
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(path).isDirectory()) return checkWritable(path)
    const reason = code === 'ENOENT' ? `the folder ${dirname(path)} doesn't exist` : (REASONS[code] ?? String(cause))
    throw new StateDirectoryError(
      `The state directory ${path} can't be made: ${reason}. Choose another with --state-dir.`,
      { cause },
    )
  }
  checkWritable(path)
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new StateDirectoryError(
      `The state directory ${path} can't be written to by this user. Choose another with --state-dir.`,
      { cause },
    )
  }
}
