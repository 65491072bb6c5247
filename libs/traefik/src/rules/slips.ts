import type { Match, Rule } from './rule.ts'

/** What is wrong with a rule that Traefik may well take, as a clause: "it has …". */
export type Slip = string

/** Characters that nobody sees, or takes for a plain space. */
const HIDDEN = /[\p{Cf}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0]/u
/** Of these, what stands where a space was meant. */
const WIDE = /\p{Z}/u
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu')

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** A hidden character as it stands in the text; written as an escape it was meant. */
export function hiddenIn(text: string): Slip | undefined {
  const found = HIDDEN.exec(text)
  return found ? `it has a character that nobody sees, ${codeOf(found[0])}, at character ${found.index + 1}` : undefined
}

const QUOTES = '"\'\u2018\u2019\u201c\u201d'
const OPENING = new RegExp(`^[\\s\\\\${QUOTES}]*`)
const MARKS = new RegExp(`[${QUOTES}]`)

/** No rule begins with a quote: YAML's, or a shell's, that was kept. */
export function keptQuotes(text: string): Slip | undefined {
  const quote = MARKS.exec(OPENING.exec(text)?.[0] ?? '')?.[0]
  return quote === undefined
    ? undefined
    : `it begins with the quote ${quote}, which belongs to YAML or the shell and not into the rule`
}

/** From the end: a pattern that ends there would be tried at each quote of the text. */
function withoutTrailing(text: string): string {
  let end = text.length
  while (end > 0 && /[\s"'\\\u2018\u2019\u201c\u201d]/.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** The rule without what editors, YAML and shells left in it. */
export function cleaned(text: string): string {
  const seen = text.replace(ALL_HIDDEN, (character) => (WIDE.test(character) ? ' ' : ''))
  const bare = keptQuotes(seen) === undefined ? seen : withoutTrailing(seen.replace(OPENING, ''))
  return bare.replaceAll('\\`', '`')
}

const VARIABLE = /\$\{[A-Za-z_]\w*/

/** `${NAME}` as it stands: compose, or a shell, was to replace it. */
export function variableIn(text: string): string | undefined {
  const found = VARIABLE.exec(text)?.[0]
  return found === undefined ? undefined : `${found.slice(0, 40)}}`
}

export function* matchesIn(rule: Rule): Iterable<Match> {
  if (rule.kind === 'match') yield rule
  else if (rule.kind === 'not') yield* matchesIn(rule.operand)
  else for (const operand of rule.operands) yield* matchesIn(operand)
}
