import { parseGoBool } from '../go/bool.ts'
import { parseGoInt } from '../go/int.ts'
import { fold } from '../labels/fold.ts'
import { readScalar, splitList } from '../labels/scalars.ts'

/** What a label of Traefik 1 becomes: labels of one element of Traefik 3, by their paths below it; or nothing, and why. */
export type Reading =
  | { readonly labels: readonly (readonly [path: string, value: string])[] }
  | {
      readonly reason: string
      /** It did nothing in Traefik 1 either, so that nothing is missing without it. */
      readonly idle?: true
    }

/** The values of one frontend and its backend, by the folded names of their labels without `traefik.` and the segment. */
export type Given = ReadonlyMap<string, string>

export type Read = (text: string, path: string, given: Given) => Reading

const MAX_SHOWN = 40

export const shown = (text: string): string => `"${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}"`

export const lost = (reason: string): Reading => ({ reason })
export const idle = (reason: string): Reading => ({ reason, idle: true })
export const one = (path: string, value: string): Reading => ({ labels: [[path, value]] })

export const text: Read = (value, path) => one(path, value)

/** Traefik 1 left empty items out; Traefik 3 keeps them. */
export const items = (value: string): readonly string[] => splitList(value).filter((item) => item !== '')

export const list: Read = (value, path) => {
  const found = items(value)
  return found.length === 0 ? lost('it names nothing') : one(path, found.join(','))
}

const notBoolean = (value: string): Reading =>
  idle(`${shown(value)} is neither true nor false, so Traefik 1 took no notice of it`)

export const boolean: Read = (value, path) => {
  const is = parseGoBool(value)
  return is === undefined ? notBoolean(value) : one(path, String(is))
}

/** One that is off unless it is switched on, in both. */
const switched =
  (on: (path: string, given: Given) => Reading): Read =>
  (value, path, given) => {
    const is = parseGoBool(value)
    if (is === undefined) return notBoolean(value)
    return is ? on(path, given) : idle('it is off without a label; leave it out')
  }

export const flag: Read = switched((path) => one(path, 'true'))

/** One whose `true` Traefik 3 says otherwise. */
export const where = (
  labels: (path: string, given: Given) => readonly (readonly [path: string, value: string])[],
): Read => switched((path, given) => ({ labels: labels(path, given) }))

/** One whose `true` nothing says in Traefik 3. */
export const refusing = (reason: string): Read => switched(() => lost(reason))

const MAX_INTEGER = BigInt(Number.MAX_SAFE_INTEGER)

export const integer =
  (min: bigint): Read =>
  (value, path) => {
    const number = parseGoInt(value)
    return number !== undefined && number >= min && number <= MAX_INTEGER
      ? one(path, String(number))
      : lost(`${shown(value)} is no whole number from ${min} up`)
  }

export const port: Read = (value, path) => {
  const number = /^[0-9]{1,5}$/.test(value) ? Number(value) : 0
  return number >= 1 && number <= 65_535 ? one(path, String(number)) : lost(`${shown(value)} is no port`)
}

export const duration: Read = (value, path) => {
  const read = readScalar('duration', value)
  if (!('value' in read) || String(read.value).startsWith('-') || read.value === '0s')
    return lost(`${shown(value)} is no duration such as 30s`)
  return one(path, String(read.value))
}

export const oneOf =
  (...values: readonly string[]): Read =>
  (value, path) =>
    values.includes(fold(value)) ? one(path, fold(value)) : lost(`${shown(value)} is none of ${values.join(', ')}`)

/** A name that a header can have and a label's key can carry. */
const HEADER = /^[!#$%&'*+^_`|~0-9A-Za-z-]+$/

/** `NAME:value||NAME2:value2`, a label for each. Values may be secrets, so that none is shown. */
export const pairs: Read = (value, path) => {
  const found = new Map<string, readonly [path: string, value: string]>()
  for (const pair of value.split('||')) {
    const colon = pair.indexOf(':')
    const name = pair.slice(0, colon).trim()
    if (colon < 0 || !HEADER.test(name)) return lost('it must have the form NAME:value||NAME2:value2')
    found.set(fold(name), [`${path}.${name}`, pair.slice(colon + 1).trim()])
  }
  return { labels: [...found.values()] }
}

/** Traefik 1 pasted values between double quotes of another file, so that a backslash had to be written twice. */
export const unescaped = (value: string): string => value.replaceAll('\\\\', '\\')

export const pattern: Read = (value, path) => one(path, unescaped(value))

const ENTRY_POINTS: ReadonlyMap<string, string> = new Map([
  ['http', 'web'],
  ['https', 'websecure'],
])

export const entryPoints: Read = (value, path) => {
  const names = items(value).map((name) => ENTRY_POINTS.get(fold(name)) ?? name)
  return names.length === 0 ? lost('it names nothing') : one(path, [...new Set(names)].join(','))
}

export const scheme: Read = (value, path) =>
  ['http', 'https'].includes(fold(value))
    ? one(path, fold(value))
    : lost(`only its owner knows the scheme and port of the entry point ${shown(value)}; write redirectscheme.scheme`)

/** What requests are counted by. */
export const source: Read = (value, path) => {
  if (value === 'client.ip') return one(`${path}.ipstrategy.depth`, '0')
  if (value === 'request.host') return one(`${path}.requesthost`, 'true')
  const header = value.startsWith('request.header.') ? value.slice('request.header.'.length) : ''
  return HEADER.test(header)
    ? one(`${path}.requestheadername`, header)
    : lost(`${shown(value)} is none of client.ip, request.host and request.header.NAME`)
}

const HOST = /^[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?$/

/** Requests in plain HTTP to one host's HTTPS. */
export const secureHost: Read = (value, path) =>
  HOST.test(value)
    ? {
        labels: [
          [`${path}.regex`, '^http://[^/]+/(.*)'],
          [`${path}.replacement`, `https://${value}/$\{1}`],
          [`${path}.permanent`, 'true'],
        ],
      }
    : lost(`${shown(value)} is no host`)

export const none =
  (reason: string): Read =>
  () =>
    lost(reason)

export const unneeded =
  (reason: string): Read =>
  () =>
    idle(reason)
