import { reasonOf, type Reason } from '@route-server/disk'
import { dirname } from 'node:path'

/** By the code of the error. */
const reasons = (folder: string): Readonly<Record<string, Reason>> => {
  const forbidden = {
    why: `this user isn't allowed to write in ${folder}`,
    cure: 'Give that folder to the user that the route server runs as.',
  }
  return {
    EACCES: forbidden,
    EPERM: forbidden,
    ENOENT: { why: `the folder ${folder} isn't there`, cure: 'Make it.' },
  }
}

/** `since`: milliseconds since 1970. */
export function unpublished(
  file: string,
  { error, since }: { readonly error: unknown; readonly since: number },
): string {
  const { why, cure } = reasonOf(error, reasons(dirname(file)))
  return (
    `The route document can't be published as ${file}: ${why}. Traefik goes on with what it had at ${new Date(since).toISOString()}. ` +
    `${cure} It is tried again at least every half minute.`
  )
}

export const touched = (file: string, isGone: boolean): string =>
  `Somebody ${isGone ? 'removed' : 'changed'} ${file}, which Traefik watches; the route document is published there again.`

export const publishedAgain = (file: string): string => `The route document is published as ${file} again.`
