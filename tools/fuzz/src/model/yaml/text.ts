import { refuse } from '../refusal.ts'

const ASTRAL = /[\u{10000}-\u{10ffff}]/u
/** What the reader wants nowhere in the bytes, quoted or not. */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What the reader can read of a document, and why it can read no further. */
export interface Readable {
  readonly text: string
  readonly failure?: string
}

/** The reader takes so many bytes at once. */
const CHUNK = 512

/** The longest beginning of the bytes that is whole characters in UTF-8. */
function validPart(bytes: Uint8Array): Uint8Array {
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (isUtf8Start(bytes.subarray(0, middle))) low = middle
    else high = middle - 1
  }
  return bytes.subarray(0, low)
}

/** Whether these bytes are UTF-8 as far as they go. */
function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

const wholeCharacters = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true })

/** The characters of a document, as far as they are UTF-8 and no control characters. A byte-order mark in front is left out. */
export function readable(bytes: Uint8Array): Readable {
  // Text in UTF-16 would be read, too. Ours never is that; ASCII taken for it is one long word, and no map.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) refuse('UTF-16')
  const { text, failure } = firstFailure(bytes)
  return { text: text.startsWith('\ufeff') ? text.slice(1) : text, ...(failure !== undefined && { failure }) }
}

function firstFailure(bytes: Uint8Array): Readable {
  let text: string
  let end: number | undefined
  let failure = 'control characters are not allowed'
  try {
    text = decoder.decode(bytes)
  } catch {
    const valid = validPart(bytes)
    // An incomplete character at the very end is met by whoever asks for it; others with the chunk that they are in.
    end = valid.length === bytes.length ? undefined : valid.length
    text = wholeCharacters(valid)
    failure = 'invalid UTF-8'
    if (end === undefined && !CONTROL.test(text)) return { text, failure }
  }
  const control = CONTROL.exec(text)
  if (control) end = Buffer.byteLength(text.slice(0, control.index))
  if (end === undefined) return { text }
  return { text: wholeCharacters(bytes.subarray(0, end - (end % CHUNK))), failure }
}

/** A place in a text, with its line and column. The end of the text reads as NUL, which no text has. */
export class Cursor {
  at = 0
  line = 0
  #lineStart = 0
  readonly #text: string
  readonly #failure: string | undefined
  readonly #astral: boolean

  constructor({ text, failure }: Readable) {
    this.#text = text
    this.#failure = failure
    this.#astral = ASTRAL.test(text)
  }

  /** The character here, or so many further on; `''` at the end. */
  peek(ahead = 0): string {
    const character = this.#text.charAt(this.at + ahead)
    if (character === '' && this.#failure !== undefined) refuse(this.#failure)
    return character
  }

  skip(count = 1): void {
    this.at += count
  }

  slice(from: number, to = this.at): string {
    return this.#text.slice(from, to)
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.at)
  }

  /** In characters, not in UTF-16 units. */
  get column(): number {
    return this.distance(this.#lineStart)
  }

  /** How many characters this is behind an earlier place. */
  distance(from: number): number {
    return this.#astral ? Array.from(this.slice(from)).length : this.at - from
  }

  /** Behind the line break that is here; gives what a scalar keeps of it. */
  skipLine(): string {
    const read = this.peek()
    this.skip(this.startsWith('\r\n') ? 2 : 1)
    this.line++
    this.#lineStart = this.at
    return read === '\u2028' || read === '\u2029' ? read : '\n'
  }

  /** The reader counts the end of the text as a line of its own. */
  endLine(): void {
    if (this.column === 0) return
    this.line++
    this.#lineStart = this.at
  }

  isBlank(ahead = 0): boolean {
    const read = this.peek(ahead)
    return read === ' ' || read === '\t'
  }

  isBreak(ahead = 0): boolean {
    return isBreak(this.peek(ahead))
  }

  isEnd(ahead = 0): boolean {
    return this.peek(ahead) === ''
  }

  /** Blank, line break or end. */
  isGap(ahead = 0): boolean {
    const read = this.peek(ahead)
    return read === ' ' || read === '\t' || read === '' || isBreak(read)
  }

  /** `---` or `...` alone at the start of a line. */
  isDocumentMark(mark?: string): boolean {
    if (this.at !== this.#lineStart) return false
    const here = mark === undefined ? this.startsWith('---') || this.startsWith('...') : this.startsWith(mark)
    return here && this.isGap(3)
  }
}

const isBreak = (read: string): boolean =>
  read === '\n' || read === '\r' || read === '\x85' || read === '\u2028' || read === '\u2029'
