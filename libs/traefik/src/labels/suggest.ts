import { distance, nearest } from '../nearest.ts'
import { normalHost } from '../rules/host-names.ts'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { Node } from '../schema/nodes.ts'
import { fold } from './fold.ts'

/** A label of the schema, below the entry's name: `loadbalancer`, `server`, `port`. A name that somebody chooses is `*`. */
interface Known {
  readonly section: SectionName
  readonly path: readonly string[]
}

const CHOSEN = '*'

function* pathsBelow(node: Node, path: readonly string[]): Iterable<readonly string[]> {
  const { label, obsolete } = node.marks
  if (node.kind === 'internal' || label === 'ignored' || obsolete) return
  if (node.kind === 'map') yield* pathsBelow(node.value, [...path, CHOSEN])
  else if (node.kind === 'struct' || node.kind === 'list') {
    if (node.marks.allowEmpty) yield path
    const { fields } = node.kind === 'list' ? node.element : node
    for (const [name, field] of Object.entries(fields)) {
      const word = fold(field.marks.labelName ?? name)
      yield* pathsBelow(field, [...path, word, ...(field.kind === 'list' && !field.marks.labelName ? ['[0]'] : [])])
    }
  } else if (node.kind !== 'raw') yield path
}

/** Where two are as near, the first is taken: a label of the same protocol belongs to a router before it does to a service. */
const KNOWN: readonly Known[] = [...sections].flatMap(([section, { value, marks }]) =>
  marks.label === 'ignored' ? [] : [...pathsBelow(value, [])].map((path) => ({ section, path })),
)

/** The last word that the schema chose. */
const lastWord = (path: readonly string[]): string => path.findLast((word) => word !== CHOSEN) ?? ''

const BY_LAST_WORD = new Map<string, Known[]>()
for (const known of KNOWN) {
  const word = lastWord(known.path)
  BY_LAST_WORD.set(word, [...(BY_LAST_WORD.get(word) ?? []), known])
}

/** What people write for a field that has another name. */
const HABITS: Readonly<Partial<Record<SectionName, Readonly<Record<string, string>>>>> = {
  'http.routers': {
    host: 'rule',
    hosts: 'rule',
    hostname: 'rule',
    domain: 'rule',
    path: 'rule',
    pathprefix: 'rule',
    ssl: 'tls',
    https: 'tls',
  },
  'http.services': { hostname: 'url', address: 'url' },
  'http.middlewares': { allowlist: 'sourcerange', whitelist: 'sourcerange' },
  'tcp.routers': { host: 'rule', hosts: 'rule', sni: 'rule', ssl: 'tls' },
  'tcp.services': { address: 'port' },
}

const MAX_SEGMENTS = 16
const MAX_COMPARED = 64

/** Among the section's labels that end in the word, the one that is most like what was written. */
function best(written: string, word: string, section: SectionName): Known | undefined {
  let found: Known | undefined
  let least = MAX_COMPARED
  for (const known of BY_LAST_WORD.get(word) ?? []) {
    if (known.section !== section) continue
    const away = distance(written.slice(0, MAX_COMPARED), known.path.join('.').slice(0, MAX_COMPARED), MAX_COMPARED)
    if (away < least) [found, least] = [known, away]
  }
  return found
}

const firstOf = <T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined => {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

const wordsOf = new Map<SectionName, readonly string[]>()

function lastWordsOf(section: SectionName): readonly string[] {
  let words = wordsOf.get(section)
  if (!words) {
    words = [...new Set(KNOWN.filter((known) => known.section === section).map(({ path }) => lastWord(path)))]
    wordsOf.set(section, words)
  }
  return words
}

/** Of the same kind of entry if there is one, else of another kind of the protocol. */
function bestOf(section: SectionName, written: readonly string[]): Known | undefined {
  const text = written.join('.')
  const [last = '', before = ''] = written.toReversed()
  const isSame = (other: SectionName): boolean => other !== section && other.split('.')[0] === section.split('.')[0]
  const kin = [section, ...[...sections.keys()].filter(isSame)]
  const isMap = (known: Known): boolean => known.path.at(-1) === CHOSEN
  const among = (word: string, map: boolean): Known | undefined =>
    firstOf(kin, (other) => {
      const known = best(text, word, other)
      return known && isMap(known) === map ? known : undefined
    })

  const habit = HABITS[section]?.[last]
  const meant = among(before, true) ?? (habit === undefined ? among(last, false) : best(text, habit, section))
  if (meant) return meant
  const near = nearest(last, lastWordsOf(section))
  const known = near === undefined ? undefined : best(text, near, section)
  return known && !isMap(known) ? known : undefined
}

/** Segments without the indices that are written behind some. */
const bare = (segments: readonly string[]): readonly string[] =>
  segments.map((segment) => fold(segment.replace(/\[[^\]]*\]$/, ''))).filter((segment) => segment !== '')

function labelFor({ section, path }: Known, name: string, written: readonly string[], value = ''): string {
  const words = path.map((word) => (word === CHOSEN ? (written.at(-1) ?? '') : word))
  const label = ['traefik', section, name, ...words].join('.').replace('.[0]', '[0]')
  const isHost = path[0] === 'rule' && 'host' in normalHost(value)
  const matcher = section === 'tcp.routers' ? 'HostSNI' : 'Host'
  return isHost ? `${label}=${matcher}(\`${value}\`)` : label
}

const PARTS = [...new Set([...sections.keys()].map((section) => section.split('.')[0] ?? ''))]

/** A level was left out: the first section in which the rest is a label. */
function withSection(part: string | undefined, rest: readonly string[]): string | undefined {
  const [name = '', ...below] = rest
  const written = bare(below).join('.')
  const known = KNOWN.find(
    ({ section, path }) =>
      (part === undefined || section.startsWith(`${part}.`)) &&
      path.filter((word) => word !== '[0]').join('.') === written,
  )
  return known && written !== '' ? ['traefik', known.section, name, ...below].join('.') : undefined
}

function meantBy(label: string, value: string | undefined): string | undefined {
  const [root, part = '', ...segments] = label.split('.', MAX_SEGMENTS + 1)
  if (root?.toLowerCase() !== 'traefik' || segments.length >= MAX_SEGMENTS) return undefined
  const [kind = '', name = '', ...below] = segments
  const section = `${fold(part)}.${fold(kind)}` as SectionName
  if (sections.has(section)) {
    const written = bare(below)
    const known = written.length === 0 ? undefined : bestOf(section, written)
    return known && labelFor(known, name, below, value)
  }
  if (PARTS.includes(fold(part))) return withSection(fold(part), segments)
  const inHttp = `http.${fold(part)}` as SectionName
  return sections.has(inHttp) && segments.length > 1 ? [`traefik.${inHttp}`, ...segments].join('.') : undefined
}

/**
 * The label of the schema that was probably meant by one that Traefik can't place: the nearest that ends in the same word, of the same
 * kind of entry or of another kind of its protocol, or with the level that was left out. `undefined` where none is near.
 */
export function suggestLabel(label: string, value?: string): string | undefined {
  const meant = meantBy(label, value)
  return meant === label ? undefined : meant
}
