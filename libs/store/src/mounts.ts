import { readFileSync } from 'node:fs'

/** Where something is mounted now; the last one mounted comes last. */
export const mountPoints = (): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')

/** Mount points below a folder, in the order in which they can be unmounted. */
export const mountsBelow = (folder: string): readonly string[] =>
  mountPoints()
    .filter((place) => place.startsWith(`${folder}/`))
    .toReversed()
