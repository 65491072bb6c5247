import { isInt } from './go.ts'
import { refuse, refuseForeign } from './refusal.ts'

/** A value as the reader hands it on. */
export type Value =
  | { readonly kind: 'bool' | 'int' | 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly entries: Entries }

export type Entries = readonly (readonly [name: string, value: Value])[]

const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9_-]*$/
/** Plain, these are no texts. */
const WORDS = /^(?:true|false|null)$/i
/** In ASCII, with no more escapes than are needed, and without the braces that begin a template where Traefik reads a file. */
const QUOTED = /^"(?:[ !#-[\]-~]|\\["\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"$/
const KEY = /^("(?:[^"\\]|\\.)*"|[^" ]+):(?: (.+))?$/
/** The longest key, as it is written, that Traefik's reader takes for one. */
const MAX_KEY = 1_024

const isCharacter = (code: number): boolean => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)

function unquoted(text: string): string | undefined {
  if (!QUOTED.test(text) || text.includes('{{')) return undefined
  const codes: number[] = []
  const read = text.slice(1, -1).replace(/\\(?:u(.{4})|U(.{8})|(.))/g, (_, short, long, itself?: string) => {
    if (itself !== undefined) return itself
    const code = parseInt(String(short ?? long), 16)
    codes.push(code)
    return isCharacter(code) ? String.fromCodePoint(code) : ''
  })
  return codes.every(isCharacter) ? read : undefined
}

/** A value that is written on one line. */
function scalar(text: string): Value | undefined {
  if (text === '[]') return { kind: 'list', items: [] }
  if (text === '{}') return { kind: 'map', entries: [] }
  if (text === 'true' || text === 'false') return { kind: 'bool', text }
  if (/^(?:0|-?[1-9][0-9]*)$/.test(text) && isInt(text)) return { kind: 'int', text }
  const string = unquoted(text)
  return string === undefined ? undefined : { kind: 'string', text: string }
}

/**
 * The entries of a document in the small part of YAML that a route document is written in: maps and lists in blocks, each two
 * spaces deeper than what they are of, and texts in double quotes. Whatever is written in another way is refused, also where
 * Traefik's reader would take it: a writer that leaves that part has lost what it is known to be read back as.
 */
export function readYaml(bytes: Uint8Array): Entries {
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  let at = 0

  const foreign = (): never => refuseForeign(`line ${at + 1} isn't as a route document is written: ${lines[at]}`)

  /** What is on this line, where it is so deep. */
  function here(indent: number): string | undefined {
    const line = lines[at]
    return line?.search(/[^ ]|$/) === indent && line !== '' ? line.slice(indent) : undefined
  }

  function below(indent: number): Value {
    const text = here(indent) ?? foreign()
    return text.startsWith('- ') ? { kind: 'list', items: items(indent) } : { kind: 'map', entries: entries(indent) }
  }

  function items(indent: number): Value[] {
    const found: Value[] = []
    while (here(indent)?.startsWith('- ')) {
      const text = lines[at]?.slice(indent + 2) ?? ''
      const value = scalar(text)
      if (value) at++
      // What the item holds begins on the line of its dash.
      else lines[at] = `${' '.repeat(indent + 2)}${text}`
      found.push(value ?? below(indent + 2))
    }
    return found
  }

  function entries(indent: number): Entries {
    const found = new Map<string, Value>()
    for (let text = here(indent); text !== undefined; text = here(indent)) {
      const [, key = '', rest] = KEY.exec(text) ?? foreign()
      const name = PLAIN_KEY.test(key) && !WORDS.test(key) ? key : (unquoted(key) ?? foreign())
      if (key.length > MAX_KEY) refuse(`a key of more than ${MAX_KEY} characters: ${key}`)
      if (found.has(name)) refuse(`mapping key ${key} already defined`)
      const value = rest === undefined ? undefined : (scalar(rest) ?? foreign())
      at++
      found.set(name, value ?? below(indent + 2))
    }
    return [...found]
  }

  if (lines[0] === '{}') at++
  const root = at === 0 ? entries(0) : []
  if (at === 0 || at !== lines.length - 1 || lines[at] !== '') foreign()
  return root
}
