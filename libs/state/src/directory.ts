import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync, statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '@route-server/disk'
import { reasonOf } from './reasons.ts'
import { StateError } from './state-error.ts'

const CHOOSE = 'Choose another with --state-dir.'
const WRITABLE_BY_OTHERS = 0o022

/**
 * Makes the directory, private to this user, unless it is there; its parent has to exist when somebody chose the place. Refuses one
 * that another user could change. Returns sentences on what it mended.
 */
export function openDirectory(path: string, { chosen }: { readonly chosen: boolean }): readonly string[] {
  try {
    if (chosen) statSync(dirname(path))
    mkdirSync(path, { recursive: !chosen, mode: 0o700 })
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST' || !isDirectory(path)) {
      const missing = codeOf(cause) === 'ENOENT'
      const why = missing ? `the folder ${dirname(path)} doesn't exist` : reasonOf(cause).why
      throw new StateError(`The state directory ${path} can't be made: ${why}. ${CHOOSE}`, { cause })
    }
  }
  checkOwner(path)
  checkWritable(path)
  return makePrivate(path)
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function checkOwner(path: string): void {
  const us = process.geteuid?.()
  const stranger = [lstatSync(path), statSync(path)].map(({ uid }) => uid).find((uid) => uid !== us && uid !== 0)
  if (stranger !== undefined)
    throw new StateError(
      `The state directory ${path} belongs to the user with the ID ${stranger}, who could change claims and read secrets. ` +
        `Give it to the user that the route server runs as (ID ${us}): chown ${us} ${path}. Or choose another with --state-dir.`,
    )
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new StateError(
      codeOf(cause) === 'EROFS'
        ? `The state directory ${path} can't be written to: its file system is read-only. Mount it writable, or choose another with --state-dir.`
        : `The state directory ${path} can't be written to by this user. ${CHOOSE}`,
      { cause },
    )
  }
}

/** A shared folder such as /tmp, which others need as it is, is refused rather than closed to them. */
function makePrivate(path: string): readonly string[] {
  const stats = statSync(path)
  if ((stats.mode & WRITABLE_BY_OTHERS) === 0) return []
  if (stats.uid !== process.geteuid?.() || isShared(stats, path))
    throw new StateError(
      `The state directory ${path} can be written to by other users (mode ${modeOf(stats)}), who could change claims. ` +
        'Choose a folder that is only for it with --state-dir.',
    )
  chmodSync(path, 0o700)
  return [
    `The state directory ${path} could be written to by other users (mode ${modeOf(stats)}); it is private now (mode 700).`,
  ]
}

const OURS = /^(claims\.json|listings$|control[.-])/

function isShared({ mode }: Stats, path: string): boolean {
  return (mode & 0o1000) !== 0 || readdirSync(path).some((name) => !OURS.test(name))
}

const modeOf = ({ mode }: Stats): string => (mode & 0o7777).toString(8)
