import { RE2JS } from 're2js'
import { shortened } from '../quoted.ts'
import { REPEATED, repeatTooMuch } from './regexp-size.ts'
import { unicodeClass } from './unicode-classes.ts'

/** Compiling takes time and memory in proportion; nobody writes this much, and Go's own limits lie higher. */
const MAX_LENGTH = 100_000

/** A quoted run, a Unicode class, any other escape, or the start of a named group: what Go and re2js see differently. */
const ESCAPE_OR_NAME = /\\Q[^]*?(?:\\E|$)|\\([pP])(?:\{(\^?)([^}]*)\}|([a-zA-Z]))|\\[^]|\((\?P?)<([0-9A-Za-z_]+)>/g

/** The pattern with Go's latitude spelled out: Unicode classes under their usual names, no two groups of one name. */
const forRe2js = (pattern: string): { rewritten: string; unknown: readonly string[] } => {
  let groups = 0
  const unknown: string[] = []
  const rewritten = pattern.replace(
    ESCAPE_OR_NAME,
    (text, p?: string, negation?: string, name?: string, letter?: string, group?: string) => {
      if (group !== undefined) return `(${group}<g${groups++}>`
      const className = name ?? letter
      if (p === undefined || className === undefined) return text
      const usual = unicodeClass(className)
      if (usual === undefined) unknown.push(className)
      return `\\${p}{${negation ?? ''}${usual ?? ''}}`
    },
  )
  return { rewritten, unknown }
}

/** Go's `regexp.Compile` (RE2 syntax, no look-around, no back-references): what is wrong with the pattern, or `undefined`. */
export const goRegexpError = (pattern: string): string | undefined => {
  if (pattern.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`
  if (/\p{Surrogate}/u.test(pattern)) return 'it is not valid UTF-8'
  if (repeatTooMuch([pattern])) return `it has ${REPEATED}`
  const { rewritten, unknown } = forRe2js(pattern)
  if (unknown[0] !== undefined) return `Go knows no Unicode class ${JSON.stringify(unknown[0].slice(0, 40))}`
  try {
    RE2JS.compile(rewritten)
    return undefined
  } catch (error) {
    return error instanceof Error
      ? shortened(error.message.replace(/^error parsing regexp: /, ''))
      : 'it does not compile'
  }
}

/** Go's `MatchString`, in a time that grows with the text alone; an expression that Go refuses finds nothing. */
export const goRegexpFinds = (pattern: string, text: string): boolean =>
  goRegexpError(pattern) === undefined && RE2JS.compile(forRe2js(pattern).rewritten).matcher(text).find()
