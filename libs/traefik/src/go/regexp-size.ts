/** In this order: an escape, a class, a count, a group's ends, another character. What isn't closed ends with the pattern. */
const TOKEN =
  /\\(?:[pPx]\{[^}]{0,40}\}|[pP][a-zA-Z]|Q[^]*?(?:\\E|$)|[^])|\[\^?\]?(?:\\[^]|\[:\^?[a-z]{1,9}:\]|[^\]\\])*(?:\]|$)|\{([0-9]{1,4})(?:(,)([0-9]{0,4}))?\}|([()])|[^]/gu

/** A Unicode class is a list of hundreds of ranges, once however often it is repeated: some fifty times what a character takes. */
const RANGES = 50

/** How often Go writes out what is repeated; without an upper bound the last one is a loop. */
const timesOf = (from: string, comma: string | undefined, to: string | undefined): number =>
  Math.max(1, Number(from), comma === undefined ? 0 : Number(to ?? ''))

/**
 * About how many steps Go compiles a pattern to: its characters and classes, each as often as counts such as `{1000}` write it out.
 * For patterns that compile; never less than half of it.
 */
export function regexpSize(pattern: string): number {
  const open: { size: number }[] = []
  let size = 0
  let last = 0
  for (const [text, from, comma, to, parenthesis] of pattern.matchAll(TOKEN)) {
    if (parenthesis === '(') {
      open.push({ size })
      size = 0
      last = 0
    } else if (parenthesis === ')') {
      last = size + 2
      size = last + (open.pop()?.size ?? 0)
    } else if (from !== undefined) {
      const added = last * (timesOf(from, comma, to) - 1)
      size += added
      last += added
    } else {
      last = text.startsWith('\\Q') ? text.length : 1
      size += last + RANGES * [...text.matchAll(/\\[pP]/g)].length
    }
  }
  return size + open.reduce((sum, outer) => sum + outer.size, 0)
}

const MAX_REPEATED = 2000

/**
 * Whether Go would write out more than anybody needs. Each of these steps takes 100 bytes of Traefik's memory, so a label
 * full of `.{1000}` would take gigabytes of it.
 */
export const repeatTooMuch = (patterns: readonly string[]): boolean =>
  patterns.reduce((sum, pattern) => sum + Math.max(0, regexpSize(pattern) - pattern.length), 0) > MAX_REPEATED

export const REPEATED = `too many Unicode classes, or counts such as {1000} that repeat more than ${MAX_REPEATED} characters`
