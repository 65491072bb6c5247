const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
}

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y
/** Escapes of single bytes above ASCII: together they may spell UTF-8. */
const BYTES = /(?:\\x[89a-fA-F][0-9a-fA-F]|\\[23][0-7]{2})+/y
const MAX_CODE_POINT = 0x10ffff

const decodeBytes = (escapes: string): string => {
  const bytes = [...escapes.matchAll(/\\(?:x(..)|(...))/g)].map(([, hex, octal]) =>
    parseInt(hex ?? octal ?? '', hex === undefined ? 8 : 16),
  )
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes))
  } catch {
    return bytes.map((byte) => String.fromCharCode(0xdc00 + byte)).join('')
  }
}

const codePoint = (value: number): string | undefined =>
  value > MAX_CODE_POINT || (value >= 0xd800 && value <= 0xdfff) ? undefined : String.fromCodePoint(value)

/**
 * What stands between the double quotes of a Go string, its escapes resolved.
 * `undefined` where Go doesn't know an escape. Bytes that aren't UTF-8 stand as U+DC80 to U+DCFF.
 */
export const unescapeGoString = (body: string): string | undefined => {
  let value = ''
  let at = 0
  while (at < body.length) {
    const backslash = body.indexOf('\\', at)
    if (backslash < 0) return value + body.slice(at)
    value += body.slice(at, backslash)
    BYTES.lastIndex = ESCAPE.lastIndex = backslash
    const bytes = BYTES.exec(body)?.[0]
    if (bytes !== undefined) {
      value += decodeBytes(bytes)
      at = backslash + bytes.length
      continue
    }
    const [text, simple, hex, octal, short, long] = ESCAPE.exec(body) ?? []
    if (text === undefined) return undefined
    const digits = hex ?? short ?? long
    const number = octal === undefined ? parseInt(digits ?? '', 16) : parseInt(octal, 8)
    // Three octal digits above 377 are no byte.
    const character =
      simple !== undefined ? SIMPLE[simple] : octal !== undefined && number > 0o377 ? undefined : codePoint(number)
    if (character === undefined) return undefined
    value += character
    at = backslash + text.length
  }
  return value
}

/** What a raw string can't carry (Go drops carriage returns from it), or Go refuses in a rule. */
const NOT_RAW = /[`\r\0\ufeff\p{Surrogate}]/u
const NOT_QUOTED = /["\\\0-\x1f\x7f-\x9f\ufeff\p{Surrogate}]/gu

const escape = (character: string): string => {
  if (character === '"' || character === '\\') return `\\${character}`
  const code = character.charCodeAt(0)
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd'
  return `\\u${code.toString(16).padStart(4, '0')}`
}

/** A value as a string of the rule language: in backquotes, or in double quotes where these can't carry it. */
export const goStringLiteral = (text: string): string =>
  NOT_RAW.test(text) ? `"${text.replace(NOT_QUOTED, escape)}"` : `\`${text}\``
