/**
 * Canonical YAML, in the small part of the language that Traefik's reader is known to take back unchanged: block maps and
 * lists, double-quoted strings of ASCII, plain numbers and booleans. A general YAML writer isn't safe here: its plain
 * `1_000` comes back as a number, its raw U+2028 makes Traefik refuse the whole document.
 */

/** A value that the document may hold; `undefined` entries are left out. */
export type Yaml = string | number | bigint | boolean | readonly Yaml[] | { readonly [key: string]: Yaml | undefined }

/** A key longer than this, as written, makes Traefik refuse the document. */
export const MAX_KEY_LENGTH = 1_000

const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9_-]*$/
/** Plain, these are booleans or null to one YAML reader or another. */
const RESERVED = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n'])
/** Two opening braces begin an instruction where Traefik reads a file: it takes files for templates, with its environment in reach. */
const UNSAFE = /["\\]|\{(?=\{)|[^\x20-\x7e]/gu

const escaped = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.codePointAt(0) ?? 0
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

const quoted = (text: string): string => `"${text.replace(UNSAFE, escaped)}"`

/** A map key as it is written: plain where that can't be mistaken for anything else. */
export const yamlKey = (key: string): string =>
  PLAIN_KEY.test(key) && !RESERVED.has(key.toLowerCase()) ? key : quoted(key)

function write(value: Yaml, indent: string): string {
  if (typeof value === 'string') return ` ${quoted(value)}\n`
  if (typeof value !== 'object') return ` ${String(value)}\n`
  if (isList(value)) {
    if (value.length === 0) return ' []\n'
    let items = '\n'
    for (const item of value) items += `${indent}-${inList(item, indent)}`
    return items
  }
  const text = yamlEntries(value, indent)
  return text === '' ? ' {}\n' : `\n${text}`
}

const isList = (value: Yaml): value is readonly Yaml[] => Array.isArray(value)

/** A map inside a list starts on the dash's own line. */
function inList(item: Yaml, indent: string): string {
  const text = write(item, `${indent}  `)
  return text.startsWith('\n') ? ` ${text.slice(1 + indent.length + 2)}` : text
}

/** The entries of a map, sorted by key, each line behind `indent`. */
export function yamlEntries(map: { readonly [key: string]: Yaml | undefined }, indent = ''): string {
  let text = ''
  for (const key of Object.keys(map).sort()) {
    const value = map[key]
    if (value !== undefined) text += `${indent}${yamlKey(key)}:${write(value, `${indent}  `)}`
  }
  return text
}
