/** What a file holds, once it is known to be a JSON object. */
export type Json = Readonly<Record<string, unknown>>

/** A file that can't be used; the message ends the sentence "… can't be used: …". Never quotes the file: it may hold secrets. */
export class Damage extends Error {
  override readonly name = 'Damage'
}

/** A file in a format that this program doesn't know yet. */
export class NewerFormat extends Error {
  override readonly name = 'NewerFormat'
  readonly format: number
  readonly newest: number
  /** The version that wrote it, as far as it says so. */
  readonly program: string | undefined

  constructor(format: number, newest: number, program: unknown) {
    super(`it is in format ${format}, and this version knows up to format ${newest}`)
    this.format = format
    this.newest = newest
    this.program = typeof program === 'string' && /^[\w.+-]{1,40}$/.test(program) ? program : undefined
  }
}

/** The newest format: a journal, a JSON object a line. In the first a file was one JSON object. */
export const FORMAT = 2

/** What reads each format, by its number. One that writes a new format keeps the readers of the old ones. */
export type Readers<T> = Readonly<Record<number, (file: Json) => T>>

/** Reads a file that is one JSON object by the format that it names. A file that names none is taken for the first. */
export function readFormat<T>(bytes: Uint8Array, readers: Readers<T>): T {
  const file = parse(bytes)
  const format = formatOf(file)
  const read = readers[format]
  if (!read) throw new NewerFormat(format, FORMAT, file.program)
  return read(file)
}

/** What came of reading a journal. */
export interface Reading {
  /** Nothing if the file should be written anew. */
  readonly lines: number | undefined
  /** What in it can't be used, each as `line 7: …`. */
  readonly faults: readonly string[]
  /** Whether a last line was begun and not ended. */
  readonly isTorn: boolean
}

/** Reads a journal line by line; `take` returns what in a line can't be used. Damage costs a line, and what comes behind it counts. */
export function readLines(bytes: Buffer, take: (line: Json) => readonly string[]): Reading {
  if (bytes.length === 0) throw new Damage('it is empty')
  const faults: string[] = []
  let lines = 0
  let start = 0
  for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END, start)) {
    lines += 1
    const said = takeLine(bytes.subarray(start, end), take)
    faults.push(...said.map((fault) => `line ${lines}: ${fault}`))
    start = end + 1
  }
  if (lines === 0) throw new Damage('it ends before its first line does')
  const isTorn = start < bytes.length
  return { lines: faults.length > 0 || isTorn ? undefined : lines, faults, isTorn }
}

const LINE_END = 0x0a

function takeLine(bytes: Uint8Array, take: (line: Json) => readonly string[]): readonly string[] {
  try {
    const line = parse(bytes)
    const format = formatOf(line)
    if (format > FORMAT) throw new NewerFormat(format, FORMAT, line.program)
    return take(line)
  } catch (error) {
    if (error instanceof Damage) return [error.message]
    throw error
  }
}

function formatOf({ format = 1 }: Json): number {
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1)
    throw new Damage("its format isn't a number from 1")
  return format
}

function parse(bytes: Uint8Array): Json {
  const text = textOf(bytes)
  if (text.trim() === '') throw new Damage('it is empty')
  const value = fromJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Damage("it isn't a JSON object")
  return value as Json
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function textOf(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new Damage("it isn't text in UTF-8")
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The error's own message quotes the file.
    throw new Damage("it isn't JSON, or ends too early")
  }
}
