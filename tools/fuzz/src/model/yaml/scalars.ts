import { refuse } from '../refusal.ts'
import type { Cursor } from './text.ts'

/** The line breaks between two parts of a scalar: one becomes a space, of more the first is lost. */
const folded = (first: string, others: string): string => (first === '\n' ? others || ' ' : first + others)

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
])
const CODES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])

function escape(cursor: Cursor): string {
  const letter = cursor.peek(1)
  const length = CODES.get(letter)
  const start = cursor.at + 2
  cursor.skip(2 + (length ?? 0))
  if (length === undefined) return ESCAPES.get(letter) ?? refuse('unknown escape character')
  const digits = cursor.slice(start)
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) refuse('no hexadecimal number behind an escape')
  const code = parseInt(digits, 16)
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) refuse('invalid Unicode character escape code')
  return String.fromCodePoint(code)
}

/** Blanks and line breaks from here on; `undefined` where there are no breaks, so that the blanks stay. */
function breaks(cursor: Cursor, onBlank: (pastBreak: boolean) => void, pastBreak = false): string | undefined {
  let first: string | undefined = pastBreak ? '' : undefined
  let others = ''
  while (cursor.isBlank() || cursor.isBreak()) {
    if (cursor.isBlank()) {
      onBlank(first !== undefined)
      cursor.skip()
    } else if (first === undefined) first = cursor.skipLine()
    else others += cursor.skipLine()
  }
  if (first === undefined) return undefined
  return first === '' ? others : folded(first, others)
}

/** A scalar in quotes, from its first quote to behind its last. */
export function quotedScalar(cursor: Cursor): string {
  const quote = cursor.peek()
  let text = ''
  cursor.skip()
  for (;;) {
    if (cursor.isDocumentMark()) refuse('document indicator in a quoted scalar')
    if (cursor.isEnd()) refuse('end of stream in a quoted scalar')
    let continued = false
    let start = cursor.at
    while (!cursor.isGap()) {
      const read = cursor.peek()
      if (read === quote && !(quote === "'" && cursor.peek(1) === "'")) break
      if (read === quote) {
        text += cursor.slice(start) + quote
        cursor.skip(2)
        start = cursor.at
      } else if (quote === '"' && read === '\\') {
        text += cursor.slice(start)
        if (cursor.isBreak(1)) {
          cursor.skip()
          cursor.skipLine()
          continued = true
          start = cursor.at
          break
        }
        text += escape(cursor)
        start = cursor.at
      } else cursor.skip()
    }
    text += cursor.slice(start)
    if (cursor.peek() === quote) break
    const blanks = cursor.at
    const folds = breaks(cursor, () => undefined, continued)
    text += folds ?? cursor.slice(blanks)
  }
  cursor.skip()
  return text
}

const FLOW_INDICATOR = new Set([',', '?', '[', ']', '{', '}'])

/** A scalar without quotes. `pastBreak`: whether it ended behind a line break, where a key may begin. */
export function plainScalar(
  cursor: Cursor,
  indent: number,
  inFlow: boolean,
): { readonly text: string; readonly pastBreak: boolean } {
  let text = ''
  let between = ''
  let pastBreak = false
  for (;;) {
    if (cursor.isDocumentMark() || cursor.peek() === '#') break
    const start = cursor.at
    while (!cursor.isGap()) {
      if (cursor.peek() === ':' && cursor.isGap(1)) break
      if (inFlow && FLOW_INDICATOR.has(cursor.peek())) break
      cursor.skip()
    }
    if (cursor.at > start) {
      text += between + cursor.slice(start)
      between = ''
      pastBreak = false
    }
    if (!cursor.isBlank() && !cursor.isBreak()) break
    const blanks = cursor.at
    const folds = breaks(cursor, (past) => {
      if ((past || pastBreak) && cursor.column < indent && cursor.peek() === '\t')
        refuse('a tab character that violates indentation')
    })
    between = folds ?? cursor.slice(blanks)
    pastBreak ||= folds !== undefined
    if (!inFlow && cursor.column < indent) break
  }
  return { text, pastBreak }
}

interface Header {
  readonly chomping: string
  readonly increment: number
}

function blockHeader(cursor: Cursor): Header {
  cursor.skip()
  let chomping = ''
  let increment = 0
  for (let i = 0; i < 2; i++) {
    const read = cursor.peek()
    if (chomping === '' && (read === '+' || read === '-')) chomping = read
    else if (increment === 0 && /^\d$/.test(read)) {
      if (read === '0') refuse('an indentation indicator equal to 0')
      increment = Number(read)
    } else break
    cursor.skip()
  }
  while (cursor.isBlank()) cursor.skip()
  if (cursor.peek() === '#') while (!cursor.isEnd() && !cursor.isBreak()) cursor.skip()
  if (!cursor.isEnd() && !cursor.isBreak()) refuse('no comment or line break behind a block scalar indicator')
  if (cursor.isBreak()) cursor.skipLine()
  return { chomping, increment }
}

/** Empty lines, up to the next with text; finds out how far the scalar is indented where nothing says so. */
function blockBreaks(
  cursor: Cursor,
  indent: number,
  outer: number,
): { readonly text: string; readonly indent: number } {
  let text = ''
  let deepest = 0
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.peek() === ' ') cursor.skip()
    deepest = Math.max(deepest, cursor.column)
    if ((indent === 0 || cursor.column < indent) && cursor.peek() === '\t') refuse('a tab character as indentation')
    if (!cursor.isBreak()) break
    text += cursor.skipLine()
  }
  return { text, indent: indent === 0 ? Math.max(deepest, outer + 1, 1) : indent }
}

/** A scalar behind `|` or `>`. `outer`: how far its surroundings are indented. */
export function blockScalar(cursor: Cursor, outer: number): string {
  const literal = cursor.peek() === '|'
  const { chomping, increment } = blockHeader(cursor)
  let { text: trailing, indent } = blockBreaks(cursor, increment > 0 ? Math.max(outer, 0) + increment : 0, outer)
  let text = ''
  let leading = ''
  let leadingBlank = false
  while (cursor.column === indent && !cursor.isEnd()) {
    const blank = cursor.isBlank()
    const joins = !literal && !leadingBlank && !blank && leading === '\n'
    text += (joins ? (trailing === '' ? ' ' : '') : leading) + trailing
    leadingBlank = blank
    const start = cursor.at
    while (!cursor.isEnd() && !cursor.isBreak()) cursor.skip()
    text += cursor.slice(start)
    leading = cursor.isEnd() ? '' : cursor.skipLine()
    ;({ text: trailing, indent } = blockBreaks(cursor, indent, outer))
  }
  return text + (chomping === '-' ? '' : leading) + (chomping === '+' ? trailing : '')
}
