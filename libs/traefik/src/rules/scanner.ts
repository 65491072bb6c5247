import { unescapeGoString } from './string-literal.ts'

/** `newline`: a line break where Go ends the expression, as after `)`. */
export type TokenKind = 'name' | 'string' | 'number' | (typeof OPERATORS)[number] | 'newline' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** A name or a number as written, a string's value, else the token itself. */
  readonly text: string
  /** Where it starts in the rule, from 0. */
  readonly at: number
}

/** Where the rule stops being one, and why. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
}

const BLANKS = /[ \t\r\n]+/y
const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy
const NUMBER =
  /(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*(?:[pP][+-]?[0-9_]+)?|0[bBoO][0-9_]+|(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?)i?/y
/** The longer ones first. A rule has no comparisons; the expressions of circuit breakers and retries have. */
const OPERATORS = ['&&', '||', '...', '==', '!=', '<=', '>=', '<', '>', '!', '(', ')', ','] as const
/** After these Go takes a line break for the end. */
const ENDS_LINE: ReadonlySet<TokenKind> = new Set(['name', 'string', 'number', ')'])

const fail = (message: string, at: number): never => {
  throw new RuleError(`${message} at character ${at + 1}`)
}

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Just behind the closing quote of the interpreted string that opens at `at`. */
const endOfQuoted = (text: string, at: number): number => {
  for (let i = at + 1; i < text.length && text[i] !== '\n'; i++) {
    if (text[i] === '"') return i + 1
    if (text[i] === '\\') i++
  }
  return fail('the string that opens with " is not closed', at)
}

const endOf = (text: string, closing: string, from: number, opening: number): number => {
  const end = text.indexOf(closing, from)
  return end < 0 ? fail(`what opens with ${text.slice(opening, from)} is not closed`, opening) : end + closing.length
}

/** Just behind the white space or the one comment at `at`; `at` itself where there is neither. */
const endOfBlank = (text: string, at: number): number => {
  const blanks = matchAt(BLANKS, text, at)
  if (blanks !== undefined) return at + blanks.length
  if (!text.startsWith('//', at) && !text.startsWith('/*', at)) return at
  // Go reads positions out of such comments, and refuses some; `//` counts only where a line starts.
  const startsLine = at === 0 || text[at - 1] === '\n'
  if ((startsLine || text[at + 1] === '*') && text.startsWith('line ', at + 2))
    fail('a comment must not start with "line "', at)
  if (text[at + 1] === '*') return endOf(text, '*/', at + 2, at)
  const newline = text.indexOf('\n', at)
  return newline < 0 ? text.length : newline
}

const WHY: Readonly<Record<string, string>> = {
  "'": 'values stand in backquotes or double quotes, not in single quotes',
  '\u201c': 'values stand in backquotes or straight double quotes, not in curly ones',
  '\u201d': 'values stand in backquotes or straight double quotes, not in curly ones',
  '&': "'and' is written &&",
  '|': "'or' is written ||",
  ';': 'a rule has no semicolons; write && or ||',
}

const SINGLE: ReadonlySet<string> = new Set(['(', ')', ','] satisfies TokenKind[])

const scanToken = (text: string, at: number): [token: Token, end: number] => {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (SINGLE.has(character)) return [{ kind: character as TokenKind, text: character, at }, at + 1]
  if (character === '`') {
    const end = endOf(text, '`', at + 1, at)
    return [{ kind: 'string', text: text.slice(at + 1, end - 1).replaceAll('\r', ''), at }, end]
  }
  if (character === '"') {
    const end = endOfQuoted(text, at)
    const value = unescapeGoString(text.slice(at + 1, end - 1))
    return value === undefined
      ? fail('the string has a \\ that Go does not know', at)
      : [{ kind: 'string', text: value, at }, end]
  }
  const name = matchAt(NAME, text, at)
  if (name !== undefined) return [{ kind: 'name', text: name, at }, at + name.length]
  const number = matchAt(NUMBER, text, at)
  if (number !== undefined) return [{ kind: 'number', text: number, at }, at + number.length]
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at))
  if (operator !== undefined) return [{ kind: operator, text: operator, at }, at + operator.length]
  return fail(WHY[character] ?? `unexpected ${JSON.stringify(character)}`, at)
}

/** The rule's tokens one by one, as Go's scanner sees them, `end` last; throws `RuleError` at what no rule can contain. */
export function* scan(text: string): Generator<Token, undefined> {
  const nul = text.indexOf('\0')
  if (nul >= 0) fail('a rule must not contain NUL', nul)
  const mark = text.indexOf('\ufeff', 1)
  if (mark >= 0) fail('a rule must not contain a byte order mark', mark)

  let at = text.startsWith('\ufeff') ? 1 : 0
  let endsLine = false
  while (at < text.length) {
    const end = endOfBlank(text, at)
    if (end > at) {
      if (endsLine && text.slice(at, end).includes('\n')) {
        yield { kind: 'newline', text: '\n', at }
        endsLine = false
      }
      at = end
      continue
    }
    const [token, next] = scanToken(text, at)
    yield token
    endsLine = ENDS_LINE.has(token.kind)
    at = next
  }
  yield { kind: 'end', text: '', at }
}
