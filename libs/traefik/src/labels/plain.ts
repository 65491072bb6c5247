import { newNamed } from '../named.ts'
import { remembered } from '../remembered.ts'
import { sections } from '../schema/configuration.ts'
import type { DynamicConfiguration, SectionName } from '../schema/configuration.ts'
import type { Node, ScalarNode, StringsNode, StructNode } from '../schema/nodes.ts'
import { fieldsOf } from './fields.ts'
import { fold } from './fold.ts'
import { readScalar, splitList } from './scalars.ts'
import { segmentsOf } from './tree.ts'

/** Where a label's value goes, below its entry. */
interface Leaf {
  /** Names of the structs, lists and maps on the way. */
  readonly steps: readonly Step[]
  /** The last name; `''` where the last step itself is what the label switches on. */
  readonly field: string
  readonly node: ScalarNode | StringsNode | undefined
  /** Whether somebody chose the last name. */
  readonly isChosen?: true
}

/** `item`: an element of the list, by its index as written; `only`: the only one of a list. */
interface Step {
  readonly name: string
  readonly kind: 'map' | 'only' | 'item'
  readonly index: string
}

const ITEM = /^\[[0-9]{1,9}\]$/

/** What stands at the end of the path, where each part of it has one meaning and the end takes a value; else nothing. */
function leafAt(struct: StructNode, names: readonly string[], steps: readonly Step[]): Leaf | undefined {
  const [first, ...rest] = names
  const [field, node] = (first === undefined ? undefined : fieldsOf(struct).get(fold(first))) ?? []
  if (field === undefined || !node || node.marks.label === 'ignored') return undefined
  const within = (kind: Step['kind'] = 'map', index = ''): readonly Step[] => [...steps, { name: field, kind, index }]
  switch (node.kind) {
    case 'struct':
      if (rest.length > 0) return leafAt(node, rest, within())
      return node.marks.allowEmpty ? { steps: within(), field: '', node: undefined } : undefined
    case 'list': {
      if (node.marks.labelName !== undefined) return leafAt(node.element, rest, within('only'))
      const [index = '', ...below] = rest
      return ITEM.test(index) ? leafAt(node.element, below, within('item', index)) : undefined
    }
    case 'map':
      return leafOfMap(node.value, rest, within())
    case 'raw':
    case 'internal':
      return undefined
    default:
      return rest.length === 0 ? { steps, field, node } : undefined
  }
}

/** A dot belongs to the names of texts, so that a longer one isn't plain. */
const leafOfMap = (value: Node, rest: readonly string[], steps: readonly Step[]): Leaf | undefined =>
  value.kind === 'string' && rest.length === 1 && rest[0] !== undefined && isName(rest[0])
    ? { steps, field: rest[0], node: value, isChosen: true }
    : undefined

/** Not `constructor`, which every object seems to have. */
const isName = (name: string): boolean => /^[\w-]+$/.test(name) && !(name in Object.prototype)

/** The labels of a section repeat what stands behind the entry's name. */
const MOST_KNOWN = 4000

function leavesOf(section: StructNode): (rest: string) => Leaf | undefined {
  return remembered(MOST_KNOWN, (rest) => {
    const { segments, reason } = segmentsOf(rest)
    const names = segments.map(({ name }) => name)
    return reason === undefined ? leafAt(section, names, []) : undefined
  })
}

const LEAVES: ReadonlyMap<string, (rest: string) => Leaf | undefined> = new Map(
  (['routers', 'services', 'middlewares'] as const).flatMap((kind) =>
    (['http', 'tcp', 'udp'] as const).flatMap((part) => {
      const value = sections.get(`${part}.${kind}` as SectionName)?.value
      return value?.kind === 'struct' ? [[`${part}.${kind}`, leavesOf(value)] as const] : []
    }),
  ),
)

type Fields = Record<string, unknown>

const fieldsAt = (fields: Fields, name: string): Fields => (fields[name] ??= {}) as Fields
const namedAt = (fields: Fields, name: string): Fields => (fields[name] ??= newNamed()) as Fields

/** Elements of lists, by the object and the index that the labels give them. */
type Items = Map<unknown, Map<string, Fields>>

function itemAt(fields: Fields, { name, index }: Step, items: Items): Fields {
  const list = (fields[name] ??= []) as Fields[]
  let known = items.get(list)
  if (!known) items.set(list, (known = new Map<string, Fields>()))
  let item = known.get(index)
  if (!item) {
    known.set(index, (item = {}))
    list.push(item)
  }
  return item
}

const stepInto = (fields: Fields, step: Step, items: Items): Fields =>
  step.kind === 'map' ? fieldsAt(fields, step.name) : itemAt(fields, step, items)

/** The value that a label gives, where there is nothing to say of it. */
function valueOf(node: ScalarNode | StringsNode, text: string): unknown {
  if (node.kind === 'strings') return text === '' ? undefined : splitList(text)
  if (text === '' && (node.marks.refers ?? node.marks.required) !== undefined) return undefined
  const read = readScalar(node.kind, text)
  return 'value' in read ? read.value : undefined
}

/** Whether all went well. */
function put(entry: Fields, { steps, field, node }: Leaf, text: string, items: Items): boolean {
  let fields = entry
  for (let i = 0; i < steps.length - Number(!node); i++) fields = stepInto(fields, steps[i] as Step, items)
  if (!node) {
    const { name } = steps.at(-1) as Step
    if (fields[name] !== undefined || (text !== '' && text.toLowerCase() !== 'true')) return false
    fields[name] = {}
    return true
  }
  const value = valueOf(node, text)
  if (value === undefined || fields[field] !== undefined) return false
  fields[field] = value
  return true
}

/** A label of an entry: its section, the entry's name, and what stands behind. */
const ROUTING = /^traefik\.((http|tcp|udp)\.(routers|services|middlewares))\.([\w-]+)\.([\w.[\]-]+)$/

/** Longer keys aren't looked at: pieces of a text hold the whole. */
const MAX_KEY = 400

/**
 * What labels say of which nothing is to be said but what they say: `keys` are those of Traefik's, sorted, `traefik.enable` aside. The same as
 * the tree of labels gives; `undefined` where that has to be asked.
 */
export function plainConfiguration(
  labels: Readonly<Record<string, string>>,
  keys: readonly string[],
): DynamicConfiguration | undefined {
  const configuration: Fields = {}
  const items: Items = new Map()
  const names = new Map<string, string>()
  const chosen = new Set<string>()
  for (const key of keys) {
    const found = key.length <= MAX_KEY ? ROUTING.exec(key) : null
    if (!found) return undefined
    const [, section = '', part = '', kind = '', name = '', rest = ''] = found
    const leaf = LEAVES.get(section)?.(rest)
    if (!leaf || !isName(name)) return undefined
    const folded = `${section}.${name.toLowerCase()}`
    const known = names.get(folded)
    if (known === undefined) names.set(folded, name)
    else if (known !== name) return undefined
    // Spellings that differ by case only are one.
    if (leaf.isChosen) {
      const lower = key.toLowerCase()
      if (chosen.has(lower)) return undefined
      chosen.add(lower)
    }
    const entry = fieldsAt(namedAt(fieldsAt(configuration, part), kind), name)
    if (!put(entry, leaf, labels[key] ?? '', items)) return undefined
  }
  return configuration
}
