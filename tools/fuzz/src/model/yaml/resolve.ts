import { refuse } from '../refusal.ts'

/** What a scalar without quotes may be besides text. A time can't be used anywhere. */
export type Resolved =
  | { readonly kind: 'null' }
  | { readonly kind: 'time' }
  | { readonly kind: 'merge' }
  | { readonly kind: 'bool' | 'int' | 'uint64' | 'float' | 'string'; readonly text: string }

const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, { kind: 'null' }] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, { kind: 'bool', text: 'true' }] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, { kind: 'bool', text: 'false' }] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, { kind: 'float', text: 'NaN' }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, { kind: 'float', text: '+Inf' }] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, { kind: 'float', text: '-Inf' }] as const),
  ['<<', { kind: 'merge' }],
])

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[+-]\d{2}:\d{2})?)?$/

/** Go's reading of a date, with or without a time; with a space between them there is no time zone. */
function isTime(text: string): boolean {
  const [, year, month, day, between, hour = '0', minute = '0', second = '0', zone] = DATE.exec(text) ?? []
  if (year === undefined) return false
  if (between !== undefined && (between === ' ') !== (zone === undefined)) return false
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)))
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const real = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  const [, zoneHour = '0', zoneMinute = '0'] = /^[+-](\d+):(\d+)$/.exec(zone ?? '') ?? []
  return (
    real &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(zoneHour) <= 24 &&
    Number(zoneMinute) < 60
  )
}

const RADIX: ReadonlyMap<string, string> = new Map([
  ['0x', '0x'],
  ['0b', '0b'],
  ['0o', '0o'],
  ['0', '0o'],
])

/** An integer in Go's base-0 notation, underscores already gone: `0x1f`, `0b1`, `0o17`, and `017` for fifteen. */
function integer(text: string): bigint | undefined {
  const [, sign = '', prefix = '', digits = ''] = /^([+-]?)(0[xXbBoO]|0(?=.))?([0-9a-fA-F]+)$/.exec(text) ?? []
  if (digits === '') return undefined
  const radix = prefix === '' ? '' : RADIX.get(prefix.toLowerCase())
  try {
    const value = BigInt(`${radix ?? ''}${digits}`)
    return sign === '-' ? -value : value
  } catch {
    return undefined
  }
}

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

/** As Traefik writes a float before it reads it again: six decimals, none where they are all zero. */
function floatText(value: number): string {
  const text = Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`
  return (Object.is(value, -0) ? `-${text}` : text).replace(/\.000000$/, '')
}

function float(text: string): Resolved | undefined {
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? { kind: 'float', text: floatText(value) } : undefined
}

function number(text: string): Resolved | undefined {
  const plain = text.replaceAll('_', '')
  const value = integer(plain)
  if (value !== undefined && value >= -(2n ** 63n)) {
    if (value < 2n ** 63n) return { kind: 'int', text: String(value) }
    if (value < 2n ** 64n && !/^[+-]/.test(plain)) return { kind: 'uint64', text: String(value) }
  }
  return float(plain)
}

/** The type that yaml.v3 gives to a plain scalar, with the text that Traefik makes of the value. */
export function resolve(text: string): Resolved {
  const word = WORDS.get(text)
  if (word) return word
  if (/^[0-9+-]/.test(text)) {
    if (isTime(text)) return { kind: 'time' }
    return number(text) ?? { kind: 'string', text }
  }
  if (text.startsWith('.')) return float(text) ?? { kind: 'string', text }
  return { kind: 'string', text }
}

const SCHEMA = 'tag:yaml.org,2002:'

/** The same for a scalar that says its type. */
export function resolveTagged(tag: string, text: string, plain: boolean): Resolved {
  const type = tag.startsWith(SCHEMA) ? tag.slice(SCHEMA.length) : tag
  if (type === '' || type === '!') return plain ? resolve(text) : { kind: 'string', text }
  if (type === 'str') return { kind: 'string', text }
  if (type === 'binary') {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/[\r\n]/g, '')))
      refuse('invalid base64 data')
    return { kind: 'string', text: atob(text) }
  }
  if (!['bool', 'int', 'float', 'null', 'timestamp'].includes(type)) return { kind: 'string', text }
  const resolved = resolve(text)
  if (type === 'float' && resolved.kind === 'int') return { kind: 'float', text: floatText(Number(resolved.text)) }
  const kind = resolved.kind === 'uint64' ? 'int' : resolved.kind === 'time' ? 'timestamp' : resolved.kind
  return kind === type ? resolved : refuse(`cannot decode "${text}" as ${type}`)
}
