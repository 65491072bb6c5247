import type { Random } from '@route-server/testbed/random'
import { textOfDocument } from './document.ts'
import type { Written } from './document.ts'

const scalar = (text: string): Written => ({ kind: 'scalar', text })

/** Values that some reader takes for something else. */
const NASTY = [
  ...['', '~', 'null', '""', "''", 'yes', 'no', 'on', 'tRuE', 'TRUE', '"true"', '1', '0', '-0', '+1'],
  ...['1e3', '1.5', '10.0', '.5', '.inf', '-.INF', '.nan', '0o17', '017', '08', '0x1F', '0b11', '1_000', '0_1', '1__0'],
  ...['9223372036854775807', '9223372036854775808', '18446744073709551616', '-9223372036854775808', '1e400', '1:30'],
  ...['2001-01-01', '2001-1-1', '2001-01-01 10:00:00', '2001-01-01T10:00:00Z', '2001-13-01', '2001-02-30', '20010101'],
  ...[
    '1h',
    '"1h2m3.5s"',
    '1.5s',
    '"1.5"',
    '-1s',
    '"10 s"',
    '1d',
    '5us',
    '"5µs"',
    '2562048h',
    '9223372036s',
    '.5s',
    '1.s',
  ],
  ...[
    '"\\u0000"',
    '"\\uFFFE"',
    '"\\ud83d\\ude00"',
    '"\\U0001F600"',
    '"\\/"',
    '"\\x41\\t"',
    '"\\z"',
    '"\\u12"',
    "'it''s'",
  ],
  ...['"\u0085"', '"\u2028"', 'a\u2028b', '"\ufeff"', '"\ufffe"', '"\u007f"', '"\u0001"', '😀', "'😀'"],
  ...['║', '"║x"', '"║24║a║b"', '"║2║x"', '"a║b"', '"║99║"', '"║1║true"'],
  ...[
    '- x',
    '-',
    '? x',
    ': x',
    'a: b',
    'a:b',
    'a #b',
    '#c',
    '@x',
    '`x',
    '%x',
    '!x y',
    '!!str 1',
    '!!int "1"',
    '!!float 1',
  ],
  ...[
    '!!bool yes',
    '!!binary aGk=',
    '!!binary x',
    '&a x',
    '*a',
    '*none',
    '|\n   x',
    '>-\n   x\n   y',
    '|9\n x',
    '"a\n  b"',
    'a\n  b',
  ],
  ...[
    '[]',
    '{}',
    '[a, b]',
    '[1, 2]',
    '[1, true]',
    '[1, 1.5]',
    '[null]',
    '[[a]]',
    '[{}]',
    '[{a: b}]',
    '[{a: b}, c]',
    '[a, {b: c}]',
  ],
  ...[
    '{a: b}',
    '{a: {b: c}}',
    '{"": a}',
    '{a: null}',
    '{1: a}',
    '{true: a}',
    '{[a]: b}',
    '{? a}',
    '{a}',
    '[a: b]',
    '[,]',
    '[a,]',
  ],
  ...['{<<: {a: b}}', '{<<: x}', '{a: 1, a: 2}', '{1: a, "1": b}', '"x', "'x", '[a', '{a: b', 'a]', '\t', '\tx', 'x\t'],
] as const

const NASTY_KEYS = [
  ...[
    '""',
    '~',
    'null',
    'true',
    '12',
    '1.5',
    '2001-01-01',
    '<<',
    '"<<"',
    "'[0]'",
    '[a]',
    '{a: b}',
    '? a',
    '"a\\nb"',
    '-',
    '- a',
  ],
  ...[
    'x y',
    'a:b',
    '"x"',
    "'x'",
    '&k x',
    '!!str x',
    '"\\u0000"',
    '║',
    `"${'k'.repeat(1018)}"`,
    `"${'k'.repeat(1026)}"`,
  ],
  ...['k'.repeat(1019), 'k'.repeat(1030), 'ſ', 'İ', 'http', 'HTTP', 'Rule', 'models', '[0]', '"["', '"[]"', '"a.b"'],
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
    replaceValue(place, scalar(random.pick(NASTY)))
  },
  (place, random) => {
    replaceValue(place, scalar(random.pick(NASTY)))
  },
  (place, random) => {
    rename(place, (key) => byCase(key, random))
  },
  (place, random) => {
    rename(place, () => random.pick(NASTY_KEYS))
  },
  (place, random) => {
    rename(place, (key) => key.slice(0, -1) + (random.chance(0.5) ? 'x' : ''))
  },
  ({ parent, index }) => {
    if (parent.kind === 'list') parent.items.splice(index, 1)
    else parent.entries.splice(index, 1)
    parent.flow ||= (parent.kind === 'list' ? parent.items : parent.entries).length === 0
  },
  (place, random) => {
    replaceValue(
      place,
      random.chance(0.5) ? { kind: 'map', entries: [], flow: true } : { kind: 'list', items: [], flow: true },
    )
  },
  (place) => {
    const value = valueAt(place)
    if (value) replaceValue(place, { kind: 'list', items: [value], flow: false })
  },
  (place, random) => {
    const value = valueAt(place)
    if (value)
      replaceValue(place, { kind: 'map', entries: [[random.pick(['x', '"[0]"', 'rule']), value]], flow: false })
  },
  (place, random, all) => {
    const other = random.pick(all)
    const value = other && valueAt(other)
    if (value) replaceValue(place, scalar(value.kind === 'scalar' ? value.text : '{}'))
  },
  ({ parent, index }, random) => {
    if (parent.kind !== 'map') return
    const entry = parent.entries[index]
    if (entry) parent.entries.push([random.chance(0.5) ? entry[0] : byCase(entry[0], random), entry[1]])
  },
  (place) => {
    const value = valueAt(place)
    if (value && value.kind !== 'scalar') value.flow = !value.flow
  },
]

const PIECES = [
  ...[
    ':',
    ': ',
    ' ',
    '  ',
    '\n',
    '\r\n',
    '\t',
    '-',
    '- ',
    '#',
    ' #',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&',
    '*',
    '!',
    '|',
    '>',
  ],
  ...[
    '?',
    '? ',
    '@',
    '`',
    '\\',
    '\\x',
    '~',
    '<<: ',
    '---\n',
    '\n...\n',
    '\0',
    '\x7f',
    '\x85',
    '\u2028',
    '\ufeff',
    '\ufffe',
    '😀',
    'ü',
  ],
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
