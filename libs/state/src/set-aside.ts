import { constants, copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** How many damaged versions of one file are kept; the oldest go first. */
const KEPT = 3

export const isSetAside = (name: string): boolean => /\.jsonl?\.damaged-\d+$/.test(name)

/** Gives a damaged file another name, or its copy if the file shall stay until it is replaced. Returns that name's path. */
export function setAside(path: string, how: 'move' | 'copy'): string {
  const folder = dirname(path)
  const prefix = `${basename(path)}.damaged-`
  const numbers = readdirSync(folder)
    .filter((name) => isSetAside(name) && name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)
  const named = (number: number): string => join(folder, `${prefix}${number}`)
  const target = named((numbers.at(-1) ?? 0) + 1)
  if (how === 'move') renameSync(path, target)
  else copyFileSync(path, target, constants.COPYFILE_EXCL)
  for (const old of numbers.slice(0, -(KEPT - 1))) rmSync(named(old), { recursive: true })
  return target
}
