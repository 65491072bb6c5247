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

/** What reads each format, by its number. One that writes a new format keeps the readers of the old ones. */
export type Readers<T> = Readonly<Record<number, (file: Json) => T>>

/** Reads JSON by the format that it names. A file that names none is taken for the first. */
export function readFormat<T>(text: string, readers: Readers<T>): T {
  const file = parse(text)
  const { format = 1 } = file
  const newest = Math.max(...Object.keys(readers).map(Number))
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1)
    throw new Damage("its format isn't a number from 1")
  const read = readers[format]
  if (!read) throw new NewerFormat(format, newest, file.program)
  return read(file)
}

function parse(text: string): Json {
  if (text.trim() === '') throw new Damage('it is empty')
  const value = fromJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Damage("it isn't a JSON object")
  return value as Json
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The message itself quotes the file.
    const position = /at position (\d+)/.exec(String(error))?.[1]
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length
    throw new Damage(`it isn't JSON, or ends too early${line === undefined ? '' : ` (line ${line})`}`)
  }
}
