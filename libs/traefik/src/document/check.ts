import { parseGoDuration } from '../go/duration.ts'
import { parseGoInt } from '../go/int.ts'
import { nearest } from '../nearest.ts'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { MapNode, Node, StructNode } from '../schema/nodes.ts'
import { MAX_KEY_LENGTH, yamlKey } from './yaml.ts'

/** Why Traefik would refuse a document with this value in it. */
export interface Refusal {
  /** Where, below the entry: `loadBalancer.servers[0].url`. Empty for the entry itself. */
  readonly path: string
  readonly reason: string
}

type Say = (path: string, reason: string) => void

const LONE_SURROGATE = /\p{Surrogate}/u
/** The mark with which Traefik's reader joins lists internally; a text that has it comes apart. */
const LIST_MARK = '\u2551'
/** Deeper than any real configuration, and far from what would exhaust a stack. */
const MAX_DEPTH = 32

/** Written, a character takes six at most, and a key its quotes. */
const SURELY_SHORT = Math.floor((MAX_KEY_LENGTH - 2) / 6)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function checkText(text: unknown, path: string, say: Say): void {
  if (typeof text !== 'string') say(path, 'must be a text')
  else if (LONE_SURROGATE.test(text))
    say(path, 'holds half of a character (a lone surrogate), which no document can carry')
}

function checkListItem(item: unknown, path: string, say: Say): void {
  checkText(item, path, say)
  if (typeof item === 'string' && item.includes(LIST_MARK))
    say(path, `holds ${LIST_MARK}, at which Traefik's reader splits it`)
}

function checkKey(key: string, path: string, say: Say): void {
  if (LONE_SURROGATE.test(key))
    say(path, 'has half of a character (a lone surrogate) in its name, which no document can carry')
  else if (key.length > SURELY_SHORT && yamlKey(key).length > MAX_KEY_LENGTH)
    say(path, `has a name of more than ${MAX_KEY_LENGTH} characters, which Traefik's reader refuses`)
}

const fitsInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value

const scalars: Readonly<
  Record<'string' | 'boolean' | 'integer' | 'duration', (value: unknown, path: string, say: Say) => void>
> = {
  string: checkText,
  boolean: (value, path, say) => {
    if (typeof value !== 'boolean') say(path, 'must be true or false')
  },
  integer: (value, path, say) => {
    const whole = typeof value === 'bigint' ? fitsInt64(value) : Number.isSafeInteger(value)
    if (!whole) say(path, 'must be a whole number of at most 64 bits')
  },
  duration: (value, path, say) => {
    const valid = typeof value === 'string' && (parseGoDuration(value) ?? parseGoInt(value)) !== undefined
    if (!valid) say(path, 'must be a duration such as 30s or 1m30s')
  },
}

const isEmpty = (value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean =>
  names.every((name) => value[name] === undefined)

function checkStruct(struct: StructNode, value: unknown, path: string, say: Say, mayBeEmpty: boolean): void {
  if (!isObject(value)) return say(path, 'must be a map of fields')
  const names = Object.keys(value)
  if (!mayBeEmpty && isEmpty(value, names))
    say(path, 'is empty, which makes Traefik refuse the whole document; leave it out')
  for (const name of names) {
    const field = value[name]
    if (field === undefined) continue
    const node = Object.hasOwn(struct.fields, name) ? struct.fields[name] : undefined
    if (node && node.kind !== 'internal' && node.marks.document !== 'ignored')
      checkValue(node, field, below(path, name), say)
    else say(below(path, name), `is unknown to Traefik${didYouMean(name, struct)}`)
  }
}

function didYouMean(name: string, struct: StructNode): string {
  const better = nearest(name, Object.keys(struct.fields))
  return better === undefined ? '' : `; did you mean "${better}"?`
}

function checkMap(map: MapNode, value: unknown, path: string, say: Say): void {
  if (!isObject(value)) return say(path, 'must be a map of names')
  const names = Object.keys(value)
  if (isEmpty(value, names)) say(path, 'is empty, which makes Traefik refuse the whole document; leave it out')
  for (const name of names) {
    const entry = value[name]
    if (entry === undefined) continue
    checkKey(name, below(path, name), say)
    if (map.value.kind === 'struct') checkStruct(map.value, entry, below(path, name), say, true)
    else checkValue(map.value, entry, below(path, name), say)
  }
}

function checkRaw(value: unknown, path: string, say: Say, depth: number): void {
  if (depth > MAX_DEPTH) say(path, `is nested more than ${MAX_DEPTH} deep`)
  else if (typeof value === 'string') {
    checkText(value, path, say)
    if (value.startsWith(LIST_MARK))
      say(path, `begins with ${LIST_MARK}, which Traefik's reader takes for a list of its own`)
  } else if (Array.isArray(value)) checkRawList(value, path, say, depth)
  else if (isObject(value)) checkOptions(value, path, say, depth)
  else say(path, 'must be a text, a list or a map')
}

/** Traefik's reader refuses a list in a list, and of texts and maps together it drops the texts. */
function checkRawList(list: readonly unknown[], path: string, say: Say, depth: number): void {
  const texts = typeof list[0] === 'string'
  list.forEach((item, i) => {
    const at = `${path}[${i}]`
    if (texts) checkListItem(item, at, say)
    else if (isObject(item)) checkOptions(item, at, say, depth + 1)
    else say(at, 'must be a map, as the first of its list; only a list of texts or a list of maps can be written')
  })
}

function checkOptions(options: Readonly<Record<string, unknown>>, path: string, say: Say, depth = 0): void {
  for (const [key, option] of Object.entries(options)) {
    const at = below(path, key)
    checkKey(key, at, say)
    if (depth > 0 && key === '') say(at, "has no name, at which Traefik's reader breaks down")
    if (depth > 0 && key.startsWith('[')) say(at, "has a name that Traefik's reader takes for an index")
    checkRaw(option, at, say, depth + 1)
  }
}

function checkValue(node: Node, value: unknown, path: string, say: Say): void {
  switch (node.kind) {
    case 'struct':
      checkStruct(node, value, path, say, node.marks.allowEmpty === true)
      return
    case 'map':
      checkMap(node, value, path, say)
      return
    case 'list':
      if (!Array.isArray(value)) say(path, 'must be a list')
      else
        value.forEach((item, i) => {
          checkStruct(node.element, item, `${path}[${i}]`, say, true)
        })
      return
    case 'strings':
      if (!Array.isArray(value)) say(path, 'must be a list of texts')
      else
        value.forEach((item: unknown, i) => {
          checkListItem(item, `${path}[${i}]`, say)
        })
      return
    case 'raw':
      if (isObject(value)) checkOptions(value, path, say)
      else say(path, 'must be a map of options')
      return
    case 'internal':
      say(path, 'is unknown to Traefik')
      return
    default:
      scalars[node.kind](value, path, say)
  }
}

/**
 * Whether an entry may stand in the document: `value` with that name in that section would be accepted by Traefik's
 * reader. Says nothing about what Traefik makes of it later.
 */
export function checkEntry(section: SectionName, name: string, value: unknown): Refusal[] {
  const node = sections.get(section)
  if (!node) return [{ path: '', reason: `"${section}" is no section of the document` }]
  const refusals: Refusal[] = []
  const say: Say = (path, reason) => refusals.push({ path, reason })
  checkKey(name, '', say)
  if (name === '') say('', 'has an empty name')
  if (name.includes('@')) say('', 'has an @ in its name, which Traefik takes for another provider')
  if (node.value.kind === 'struct') checkStruct(node.value, value, '', say, true)
  else checkValue(node.value, value, '', say)
  return refusals
}
