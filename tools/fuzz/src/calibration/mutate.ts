import type { Random } from '@route-server/testbed/random'
import { textOfDocument } from './document.ts'
import type { Written } from './document.ts'

const scalar = (text: string): Written => ({ kind: 'scalar', text })

/** Texts that some reader takes for something else, or for nothing. */
const TEXTS = [
  ...['', '~', 'null', 'yes', 'tRuE', 'TRUE', 'true', '1', '-0', '+1', '1e3', '1.5', '.inf', '017', '0x1F', '1_000'],
  ...[
    '9223372036854775808',
    '-9223372036854775808',
    '2001-01-01',
    '1h',
    '1h2m3.5s',
    '1.5s',
    '-1s',
    '10 s',
    '1d',
    '5us',
  ],
  ...['5\\u00b5s', '2562048h', '9223372036s', '.5s', '1.s', '- x', 'a: b', 'a #b', '{a: b}', "it's", '\\"', '\\\\'],
  ...['\\u0000', '\\ufffe', '\\ud83d\\ude00', '\\U0001f600', '\\u0085', '\\u2028', '\\ufeff', '\\u007f', '\\u000a'],
  ...['\\u2551', '\\u2551x', '\\u255124\\u2551a\\u2551b', '\\u25512\\u2551x', 'a\\u2551b', '\\u255199\\u2551'],
  ...['\\u25511\\u2551true', '\\u25512\\u25511\\u25512', '\\u255111\\u255118446744073709551616', '\\u255114\\u25511.5'],
] as const

const text = (value: string): Written => scalar(`"${value}"`)
const list = (...items: Written[]): Written => ({ kind: 'list', items })
const map = (...entries: [string, Written][]): Written => ({ kind: 'map', entries })

/** A value that may not belong where it comes. */
function nasty(random: Random): Written {
  const made = [
    () => text(random.pick(TEXTS)),
    () => text(random.pick(TEXTS)),
    () => scalar(random.pick(['true', 'false', '0', '1', '-1', '9223372036854775807'])),
    () => list(...Array.from({ length: random.below(3) }, () => text(random.pick(TEXTS)))),
    () => list(scalar('1'), random.pick([scalar('2'), scalar('true'), text('x'), map()])),
    () => random.pick([list(list(text('a'))), list(map()), list(map(['a', text('b')]), text('c'))]),
    () => map([random.pick(['a', '"1"', '""', '"[0]"']), random.pick([text('b'), map(), map(['b', text('c')])])]),
    () => random.pick([map(), list()]),
  ] as const
  return random.pick(made)()
}

const KEYS = [
  ...['""', '"~"', '"null"', '"true"', '"12"', '"<<"', '"[0]"', '"["', '"[]"', '"a.b"', '"x y"', '"a:b"', '"x"'],
  ...['"a\\u000ab"', '"\\u0000"', '"\\u2551"', '"\\u017f"', '"\\u0130"', 'http', 'HTTP', 'Rule', 'models'],
  ...[`"${'k'.repeat(1018)}"`, `"${'k'.repeat(1022)}"`, `"${'k'.repeat(1026)}"`, 'k'.repeat(1024), 'k'.repeat(1025)],
  ...['defaultRule', 'urlRewrite', 'metadata', 'nginxHeaders', 'expires', 'fenced', 'certificate', 'port', 'scheme'],
] as const

const byCase = (key: string, random: Random): string =>
  Array.from(key)
    .map((letter) => (random.chance(0.5) ? letter.toUpperCase() : letter.toLowerCase()))
    .join('')

interface Place {
  readonly parent: Extract<Written, { readonly kind: 'map' | 'list' }>
  readonly index: number
}

function placesIn(node: Written): Place[] {
  if (node.kind === 'scalar') return []
  const children = node.kind === 'map' ? node.entries.map(([, value]) => value) : node.items
  return children.flatMap((child, index) => [{ parent: node, index }, ...placesIn(child)])
}

function replaceValue({ parent, index }: Place, value: Written): void {
  if (parent.kind === 'list') parent.items[index] = value
  else {
    const entry = parent.entries[index]
    if (entry) entry[1] = value
  }
}

function rename({ parent, index }: Place, change: (key: string) => string): void {
  const entry = parent.kind === 'map' ? parent.entries[index] : undefined
  if (entry) entry[0] = change(entry[0])
}

const valueAt = ({ parent, index }: Place): Written | undefined =>
  parent.kind === 'list' ? parent.items[index] : parent.entries[index]?.[1]

type Mutation = (place: Place, random: Random, all: readonly Place[]) => void

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  (place, random) => {
    replaceValue(place, nasty(random))
  },
  (place, random) => {
    replaceValue(place, nasty(random))
  },
  (place, random) => {
    rename(place, (key) => byCase(key, random))
  },
  (place, random) => {
    rename(place, () => random.pick(KEYS))
  },
  (place, random) => {
    rename(place, (key) => key.slice(0, -1) + (random.chance(0.5) ? 'x' : ''))
  },
  ({ parent, index }) => {
    if (parent.kind === 'list') parent.items.splice(index, 1)
    else parent.entries.splice(index, 1)
  },
  (place) => {
    const value = valueAt(place)
    if (value) replaceValue(place, list(value))
  },
  (place, random) => {
    const value = valueAt(place)
    if (value) replaceValue(place, map([random.pick(['x', '"[0]"', 'rule']), value]))
  },
  (place, random, all) => {
    const other = random.pick(all)
    const value = other && valueAt(other)
    if (value) replaceValue(place, value.kind === 'scalar' ? scalar(value.text) : map())
  },
  ({ parent, index }, random) => {
    if (parent.kind !== 'map') return
    const entry = parent.entries[index]
    if (entry) parent.entries.push([random.chance(0.5) ? entry[0] : byCase(entry[0], random), entry[1]])
  },
]

const PIECES = [
  ...[':', ': ', ' ', '  ', '\n', '\n\n', '\r\n', '\t', '-', '- ', '#', ' #', '{}', '[]', '"', '""', 'x', '1', 'true'],
  ...['&', '*', '!', '|', '? ', '~', '\\', '\\u0041', '---\n', '\n...\n', '\0', '\x7f', '\u2028', '\ufeff', 'ü'],
] as const

/** Changes some bytes: others, fewer, more, or not UTF-8 any more. */
function changeBytes(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1)
  const before = bytes.subarray(0, at)
  switch (random.below(5)) {
    case 0:
      return Buffer.concat([before, bytes.subarray(at + 1 + random.below(3))])
    case 1:
      return Buffer.concat([before, Buffer.from([random.below(256)]), bytes.subarray(at + 1)])
    case 2:
      return Buffer.concat([before, Buffer.from(random.pick(PIECES)), bytes.subarray(at)])
    case 3:
      return Buffer.concat([before, Buffer.from(random.pick(PIECES)), bytes.subarray(at + 1)])
    default:
      return Buffer.concat([before, bytes.subarray(at, at + random.below(20)), bytes.subarray(at)])
  }
}

/** The document with up to three changes of its structure and up to two of its bytes; some get none. */
export function mutated(document: Written, random: Random): Uint8Array {
  for (let left = random.below(4); left > 0; left--) {
    const places = placesIn(document)
    const place = random.pick(places)
    if (place) random.pick(MUTATIONS)(place, random, places)
  }
  let bytes: Buffer = Buffer.from(textOfDocument(document))
  if (random.chance(0.3)) for (let left = 1 + random.below(2); left > 0; left--) bytes = changeBytes(bytes, random)
  return bytes
}
