import { refuse } from '../refusal.ts'
import type { Cursor } from './text.ts'

const WORD = /^[0-9A-Za-z_-]$/
const URI = /^[0-9A-Za-z_;/?:@&=+$,.!~*'()[\]%-]$/

function word(cursor: Cursor): string {
  const start = cursor.at
  while (WORD.test(cursor.peek())) cursor.skip()
  return cursor.slice(start)
}

function uri(cursor: Cursor): string {
  const start = cursor.at
  while (URI.test(cursor.peek())) {
    if (cursor.peek() === '%' && !/^%[0-9a-fA-F]{2}$/.test(cursor.slice(cursor.at, cursor.at + 3)))
      refuse('no URI escaped octet')
    cursor.skip()
  }
  return cursor.slice(start)
}

/** `&name` or `*name`. */
export function anchor(cursor: Cursor): string {
  cursor.skip()
  const name = word(cursor)
  if (name === '' || !(cursor.isGap() || '?:,]}%@`'.includes(cursor.peek())))
    refuse('no name behind an anchor or alias')
  return name
}

/** A tag in its long form: `tag:yaml.org,2002:str`. Handles other than `!` and `!!` are taken for unknown. */
export function tag(cursor: Cursor): string {
  let found: string
  if (cursor.peek(1) === '<') {
    cursor.skip(2)
    found = uri(cursor)
    if (found === '') refuse('no tag URI')
    if (cursor.peek() !== '>') refuse('a tag that is not closed')
    cursor.skip()
  } else {
    cursor.skip()
    const name = word(cursor)
    if (cursor.peek() === '!') {
      cursor.skip()
      const suffix = uri(cursor)
      if (suffix === '') refuse('no tag URI')
      if (name !== '') refuse('undefined tag handle')
      found = `tag:yaml.org,2002:${suffix}`
    } else found = `!${name}${uri(cursor)}`
  }
  if (!cursor.isGap()) refuse('no white space behind a tag')
  return found
}

/** `%YAML 1.1`; any other directive is refused, which for `%TAG` is stricter than Traefik. */
export function directive(cursor: Cursor): void {
  const start = cursor.at
  while (!cursor.isEnd() && !cursor.isBreak()) cursor.skip()
  if (!/^%YAML[ \t]+0?1\.0?1[ \t]*(#.*)?$/.test(cursor.slice(start))) refuse('unknown directive')
  if (cursor.isBreak()) cursor.skipLine()
}
