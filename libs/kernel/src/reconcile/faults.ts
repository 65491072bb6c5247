/** The first wait is so short that nobody notices; each doubles. Milliseconds. */
const FIRST_WAIT = 100
const LONGEST_WAIT = 30_000

/** How long the document rests after so many faults in a row; milliseconds. */
export const waitAfter = (faults: number): number => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (faults - 1))

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const PLEASE = 'Please report it, with the lines of the log around it.'

/** `wait`: until it is tried again; milliseconds. */
export function outOfDate(cause: unknown, isServed: boolean, wait: number): string {
  const meanwhile = isServed ? 'The last good one is served on' : 'None is served yet'
  return (
    `The route document could not be brought up to date, by a fault of the route server itself: ${textOf(cause)}. ` +
    `${meanwhile}; all of it is worked out anew in ${wait / 1_000} s, from the containers that are there and the claims as they are kept. ` +
    `Nothing is lost. ${PLEASE}`
  )
}

export const upToDate = 'The route document is up to date again.'

/** `what`: what could not be done, as "A could not be". */
export const notDone = (what: string, cause: unknown): string =>
  `${what}, by a fault of the route server itself: ${textOf(cause)}. Everything else goes on. ${PLEASE}`
