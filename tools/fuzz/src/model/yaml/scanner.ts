import { refuse } from '../refusal.ts'
import { blockScalar, plainScalar, quotedScalar } from './scalars.ts'
import { anchor, directive, tag } from './tags.ts'
import { Cursor } from './text.ts'
import type { Readable } from './text.ts'

export type TokenKind =
  | 'document start'
  | 'document end'
  | 'directive'
  | 'block sequence'
  | 'block mapping'
  | 'block end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'
  | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text?: string
  /** A scalar without quotes, whose type its text decides. */
  readonly plain?: boolean
}

/** What may turn out to be a key, once a colon follows on the same line and within 1,024 characters. */
interface PossibleKey {
  readonly token: number
  readonly required: boolean
  readonly at: number
  readonly line: number
  readonly column: number
}

const MAX_KEY = 1024
const MAX_DEPTH = 10_000
/** What no scalar without quotes may begin with. */
const INDICATORS = new Set('-?:,[]{}#&*!|>\'"%@`')

/**
 * Text to tokens, as the YAML 1.1 reader of Go (yaml.v3) does it: a key is only known to be one when its colon is met, so
 * the tokens of what it opens are put in before it afterwards.
 */
export class Scanner {
  readonly #cursor: Cursor
  readonly #tokens: Token[] = []
  #head = 0
  #taken = 0
  #indent = -1
  readonly #indents: number[] = []
  /** One for the block context, and one for each flow collection that is open; with the token that was there last. */
  readonly #keys: { key: PossibleKey | undefined; token: number }[] = [{ key: undefined, token: 0 }]
  /** Tokens that have to wait until it is known whether they are keys. */
  readonly #waiting = new Map<number, PossibleKey>()
  #mayBeKey = true

  constructor(text: Readable) {
    this.#cursor = new Cursor(text)
  }

  peek(): Token {
    this.#fetchEnough()
    return this.#tokens[this.#head] ?? { kind: 'end' }
  }

  take(): Token {
    const token = this.peek()
    this.#head++
    this.#taken++
    return token
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1
  }

  /** Two tokens ahead, and further while the next token could still become part of a key. */
  #fetchEnough(): void {
    for (;;) {
      const waiting = this.#waiting.get(this.#taken)
      if (this.#head < this.#tokens.length - 2 && !(waiting && this.#isKey(waiting))) return
      this.#fetch()
    }
  }

  /** Whether it still can be one; it then may also have been given up before. */
  #isKey(key: PossibleKey): boolean {
    if (!this.#keys.some((level) => level.key === key)) return false
    if (key.line >= this.#cursor.line && this.#cursor.distance(key.at) <= MAX_KEY) return true
    if (key.required) refuse("could not find expected ':'")
    for (const level of this.#keys) if (level.key === key) level.key = undefined
    return false
  }

  #add(token: Token): void {
    this.#tokens.push(token)
  }

  #insert(number: number, token: Token): void {
    // The reader appends what should stand before tokens that are gone already.
    if (number < this.#taken) this.#add(token)
    else this.#tokens.splice(this.#head + number - this.#taken, 0, token)
  }

  get #level(): { key: PossibleKey | undefined; token: number } {
    return this.#keys.at(-1) ?? { key: undefined, token: 0 }
  }

  get #nextToken(): number {
    return this.#taken + this.#tokens.length - this.#head
  }

  #saveKey(): void {
    if (!this.#mayBeKey) return
    const { at, line, column } = this.#cursor
    this.#dropKey()
    const token = this.#nextToken
    const key = { token, required: !this.#inFlow && this.#indent === column, at, line, column }
    this.#keys[this.#keys.length - 1] = { key, token }
    this.#waiting.set(token, key)
  }

  #dropKey(): void {
    const { key } = this.#level
    if (!key) return
    if (key.required) refuse("could not find expected ':'")
    this.#level.key = undefined
    this.#waiting.delete(key.token)
  }

  #indentTo(column: number, kind: TokenKind, before?: number): void {
    if (this.#inFlow || this.#indent >= column) return
    this.#indents.push(this.#indent)
    this.#indent = column
    if (this.#indents.length > MAX_DEPTH) refuse('exceeded max depth')
    if (before === undefined) this.#add({ kind })
    else this.#insert(before, { kind })
  }

  #dedentTo(column: number): void {
    if (this.#inFlow) return
    while (this.#indent > column) {
      this.#add({ kind: 'block end' })
      this.#indent = this.#indents.pop() ?? -1
    }
  }

  #skipToToken(): void {
    const cursor = this.#cursor
    for (;;) {
      while (cursor.peek() === ' ' || ((this.#inFlow || !this.#mayBeKey) && cursor.peek() === '\t')) cursor.skip()
      if (cursor.peek() === '#') while (!cursor.isEnd() && !cursor.isBreak()) cursor.skip()
      if (!cursor.isBreak()) return
      cursor.skipLine()
      if (!this.#inFlow) this.#mayBeKey = true
    }
  }

  #fetch(): void {
    this.#skipToToken()
    const cursor = this.#cursor
    this.#dedentTo(cursor.column)
    const read = cursor.peek()
    if (read === '') return this.#fetchEnd()
    if (cursor.column === 0 && read === '%') return this.#fetchBetween('directive')
    if (cursor.isDocumentMark('---')) return this.#fetchBetween('document start')
    if (cursor.isDocumentMark('...')) return this.#fetchBetween('document end')
    if (read === '[' || read === '{') return this.#fetchOpening(read)
    if (read === ']' || read === '}') return this.#fetchClosing(read)
    if (read === ',') return this.#fetchComma()
    if (read === '-' && cursor.isGap(1)) return this.#fetchDash()
    if (read === '?' && (this.#inFlow || cursor.isGap(1))) return this.#fetchKey()
    if (read === ':' && (this.#inFlow || cursor.isGap(1))) return this.#fetchValue()
    if (read === '*') return this.#fetchNode(() => ({ kind: 'alias', text: anchor(cursor) }))
    if (read === '&') return this.#fetchNode(() => ({ kind: 'anchor', text: anchor(cursor) }))
    if (read === '!') return this.#fetchNode(() => ({ kind: 'tag', text: tag(cursor) }))
    if ((read === '|' || read === '>') && !this.#inFlow) return this.#fetchBlockScalar()
    if (read === "'" || read === '"') return this.#fetchNode(() => ({ kind: 'scalar', text: quotedScalar(cursor) }))
    const plain =
      !(cursor.isGap() || INDICATORS.has(read)) ||
      (read === '-' && !cursor.isBlank(1)) ||
      (!this.#inFlow && (read === '?' || read === ':') && !cursor.isGap(1))
    if (!plain) refuse('found character that cannot start any token')
    this.#fetchPlainScalar()
  }

  #fetchEnd(): void {
    this.#cursor.endLine()
    this.#dedentTo(-1)
    this.#dropKey()
    this.#mayBeKey = false
    this.#add({ kind: 'end' })
  }

  #fetchBetween(kind: 'directive' | 'document start' | 'document end'): void {
    this.#dedentTo(-1)
    this.#dropKey()
    this.#mayBeKey = false
    if (kind === 'directive') directive(this.#cursor)
    else this.#cursor.skip(3)
    this.#add({ kind })
  }

  #fetchOpening(kind: '[' | '{'): void {
    this.#saveKey()
    this.#keys.push({ key: undefined, token: this.#nextToken })
    if (this.#keys.length - 1 > MAX_DEPTH) refuse('exceeded max depth')
    this.#mayBeKey = true
    this.#cursor.skip()
    this.#add({ kind })
  }

  #fetchClosing(kind: ']' | '}'): void {
    this.#dropKey()
    // An empty collection takes itself off the list, so that it is never waited for.
    if (this.#inFlow) this.#waiting.delete(this.#keys.pop()?.token ?? 0)
    this.#mayBeKey = false
    this.#cursor.skip()
    this.#add({ kind })
  }

  #fetchComma(): void {
    this.#dropKey()
    this.#mayBeKey = true
    this.#cursor.skip()
    this.#add({ kind: ',' })
  }

  #fetchDash(): void {
    if (!this.#inFlow && !this.#mayBeKey) refuse('block sequence entries are not allowed in this context')
    this.#indentTo(this.#cursor.column, 'block sequence')
    this.#dropKey()
    this.#mayBeKey = true
    this.#cursor.skip()
    this.#add({ kind: '-' })
  }

  #fetchKey(): void {
    if (!this.#inFlow && !this.#mayBeKey) refuse('mapping keys are not allowed in this context')
    this.#indentTo(this.#cursor.column, 'block mapping')
    this.#dropKey()
    this.#mayBeKey = !this.#inFlow
    this.#cursor.skip()
    this.#add({ kind: 'key' })
  }

  #fetchValue(): void {
    const { key } = this.#level
    if (key && this.#isKey(key)) {
      this.#insert(key.token, { kind: 'key' })
      this.#indentTo(key.column, 'block mapping', key.token)
      this.#level.key = undefined
      this.#waiting.delete(key.token)
      this.#mayBeKey = false
    } else {
      if (!this.#inFlow && !this.#mayBeKey) refuse('mapping values are not allowed in this context')
      this.#indentTo(this.#cursor.column, 'block mapping')
      this.#mayBeKey = !this.#inFlow
    }
    this.#cursor.skip()
    this.#add({ kind: 'value' })
  }

  #fetchNode(scan: () => Token): void {
    this.#saveKey()
    this.#mayBeKey = false
    this.#add(scan())
  }

  #fetchBlockScalar(): void {
    this.#dropKey()
    this.#mayBeKey = true
    this.#add({ kind: 'scalar', text: blockScalar(this.#cursor, this.#indent) })
  }

  #fetchPlainScalar(): void {
    this.#fetchNode(() => {
      const { text, pastBreak } = plainScalar(this.#cursor, this.#indent + 1, this.#inFlow)
      if (pastBreak) this.#mayBeKey = true
      return { kind: 'scalar', text, plain: true }
    })
  }
}
