import { parseGoBool } from '../go/bool.ts'
import { formatGoDuration, parseGoDuration } from '../go/duration.ts'
import { parseGoInt } from '../go/int.ts'
import type { Integer, ScalarNode } from '../schema/nodes.ts'

/** A value as the document carries it, or what was expected instead. */
export type Scalar = { readonly value: string | boolean | Integer } | { readonly expected: string }

const NANOSECONDS = 1_000_000_000n

const integer = (value: bigint): Integer => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** How Traefik reads the text of each kind of scalar, in labels and in documents alike. */
const readers: Readonly<Record<ScalarNode['kind'], (text: string) => Scalar>> = {
  string: (text) => ({ value: text }),
  boolean: (text) => {
    const value = parseGoBool(text)
    return value === undefined ? { expected: 'true or false' } : { value }
  },
  integer: (text) => {
    const value = parseGoInt(text)
    return value === undefined ? { expected: 'a whole number' } : { value: integer(value) }
  },
  duration: (text) => {
    // A bare number counts seconds; Traefik multiplies it without a look at the 64 bits it has.
    const seconds = parseGoInt(text)
    const nanoseconds = seconds === undefined ? parseGoDuration(text) : BigInt.asIntN(64, seconds * NANOSECONDS)
    return nanoseconds === undefined
      ? { expected: 'a duration such as 30s or 1m30s, or a whole number of seconds' }
      : { value: formatGoDuration(nanoseconds) }
  },
}

export const readScalar = (kind: ScalarNode['kind'], text: string): Scalar => readers[kind](text)

/** What Go calls white space: not U+FEFF, but U+0085. */
const SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

const isSpace = (text: string, at: number): boolean => SPACE.test(text.charAt(at))

/** Go's `strings.TrimSpace`. A loop, because `/\s+$/` takes the square of a label's length. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text, start)) start++
  while (end > start && isSpace(text, end - 1)) end--
  return text.slice(start, end)
}

/** A comma list: every item trimmed, empty items kept. No quotes, no escapes. */
export const splitList = (text: string): readonly string[] => text.split(',').map(trimmed)
