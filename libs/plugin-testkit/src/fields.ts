import { nearest } from '@route-server/traefik'

/** Reads one value, or throws an error that says where it stands and what it must be. */
export type Reader<T> = (value: unknown, where: string) => T

type Readers = Readonly<Record<string, Reader<unknown>>>
/** What a map has that is read by these readers. */
type Read<R extends Readers> = { readonly [K in keyof R]?: R[K] extends Reader<infer T> ? T : never }

const quoted = (value: unknown): string => JSON.stringify(value)

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A reader of what one test recognises: `mustBe('a text', isText)`. */
export function mustBe<T>(expected: string, test: (value: unknown) => value is T): Reader<T> {
  return (value, where) => {
    if (test(value)) return value
    throw new Error(`${where} must be ${expected}, not ${quoted(value)}.`)
  }
}

export const text = mustBe('a text', (value) => typeof value === 'string')
export const number = mustBe('a number', (value) => typeof value === 'number')
const map = mustBe('a map', isMap)
const anyList = mustBe('a list', (value): value is readonly unknown[] => Array.isArray(value))

export const oneOf = <const T extends string>(words: readonly T[]): Reader<T> =>
  mustBe(`one of ${words.join(', ')}`, (value): value is T => words.some((word) => word === value))

export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, where) => anyList(value, where).map((item, i) => read(item, `${where}[${i}]`))
}

/** A map of any keys. */
export function mapOf<T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, where) =>
    Object.fromEntries(Object.entries(map(value, where)).map(([key, item]) => [key, read(item, `${where}.${key}`)]))
}

/** A map of these keys and no others, each of which may be left out. */
export function fields<R extends Readers>(readers: R): Reader<Read<R>> {
  const known = Object.keys(readers)
  return (value, where) => {
    const entries = Object.entries(map(value, where)).map(([key, item]) => {
      const read = Object.hasOwn(readers, key) ? readers[key] : undefined
      if (!read) throw new Error(unknownKey(key, where, known))
      return [key, read(item, `${where}.${key}`)] as const
    })
    return Object.fromEntries(entries) as Read<R>
  }
}

function unknownKey(key: string, where: string, known: readonly string[]): string {
  const meant = nearest(key, known)
  return `${where} has the unknown key "${key}"; ${meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`}`
}
