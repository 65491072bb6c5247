import { goTrim } from '../go/trim.ts'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { ListNode, MapNode, Node, Reachable, StructNode } from '../schema/nodes.ts'

/** Something outside of the document that one entry makes Traefik reach for. */
export interface Reach {
  /** Where, below the entry: `loadBalancer.servers[0].url`. Empty for the entry itself. */
  readonly path: string
  /** A field that takes a file's name or its content counts where it holds a name. */
  readonly kind: Exclude<Reachable, 'file-or-content'>
  /** The field's text; of redirects `true`; of a plugin, its name. */
  readonly text: string
  /** The field is left out, and this is what Traefik does then. It takes an empty host, which an empty text has, for its own machine. */
  readonly implied?: true
}

type Rename = (reach: Reach) => string

/** Where a value stands, and the name of its field. */
interface Place {
  readonly path: string
  readonly name: string
  readonly implied: { readonly implied?: true }
}

const GIVEN = {}
const IMPLIED = { implied: true } as const

/** They reach for something even where they are left out. */
const NEVER_NOTHING: readonly Reachable[] = ['url', 'address', 'redirects']

/** The start of a text in PEM. Behind it stands a line break, so no file that exists has it for its name. */
const PEM = /^\s*-----BEGIN [A-Z0-9 ]+-----\r?\n/

const reaching = new WeakMap<Node, boolean>()

/** Whether anything at or below this node can reach; most of the schema can't, and needn't be walked. */
function reaches(node: Node): boolean {
  let known = reaching.get(node)
  if (known === undefined) {
    known =
      node.marks.reaches !== undefined ||
      (node.kind === 'struct' && Object.values(node.fields).some(reaches)) ||
      (node.kind === 'map' && reaches(node.value)) ||
      (node.kind === 'list' && reaches(node.element))
    reaching.set(node, known)
  }
  return known
}

const implying = new WeakMap<StructNode, readonly (readonly [name: string, node: Node])[]>()

function impliedBy(struct: StructNode): readonly (readonly [name: string, node: Node])[] {
  let known = implying.get(struct)
  if (known === undefined) {
    known = Object.entries(struct.fields).filter(
      ([, { marks }]) => marks.reaches !== undefined && NEVER_NOTHING.includes(marks.reaches),
    )
    implying.set(struct, known)
  }
  return known
}

const ABSENT: Partial<Readonly<Record<Node['kind'], unknown>>> = { string: '', strings: [], boolean: false }

const below = ({ path }: Place, name: string, implied: Place['implied'] = GIVEN): Place => ({
  path: path === '' ? name : `${path}.${name}`,
  name,
  implied,
})

function renamed(kind: Reachable, text: string, { path, implied }: Place, rename: Rename): string {
  if (kind === 'file-or-content')
    return text === '' || PEM.test(text) ? text : rename({ path, kind: 'file', text, ...implied })
  return text !== '' || NEVER_NOTHING.includes(kind) ? rename({ path, kind, text, ...implied }) : text
}

/** Of what is no text: the name of its field says which. */
function tell(kind: Reachable | undefined, { path, name }: Place, rename: Rename): void {
  if (kind && kind !== 'file-or-content') rename({ path, kind, text: name })
}

function renamedTexts(node: Node, kind: Reachable, value: readonly string[], place: Place, rename: Rename): unknown {
  const standard = node.marks.default
  // Go's clients take an empty list for none.
  if (value.length === 0 && Array.isArray(standard))
    return renamedTexts(node, kind, standard as readonly string[], { ...place, implied: IMPLIED }, rename)
  const texts = value.map((text, i) =>
    // Traefik's reader trims what stands in a list.
    renamed(kind, goTrim(text), { ...place, path: `${place.path}[${i}]` }, rename),
  )
  // Several addresses are a cluster, in which each server may name further ones.
  if (kind === 'address' && value.length > 1) rename({ path: place.path, kind: 'redirects', text: 'true' })
  return texts.every((text, i) => text === value[i]) ? value : texts
}

function mapped(node: Node, value: unknown, place: Place, rename: Rename): unknown {
  if (value === undefined || !reaches(node)) return value
  const kind = node.marks.reaches
  switch (node.kind) {
    case 'string':
      return kind ? renamed(kind, value as string, place, rename) : value
    case 'strings':
      return kind ? renamedTexts(node, kind, value as readonly string[], place, rename) : value
    case 'boolean':
      return kind && value === true ? renamed(kind, 'true', place, rename) === 'true' : value
    case 'list':
      return mappedItems(value as readonly unknown[], node, place, rename)
    case 'map':
      return mappedEntries(value as Fields, place, node, rename)
    case 'struct': {
      tell(kind, place, rename)
      const given = mappedEntries(value as Fields, place, node, rename)
      const added = implied(node, value as Fields, place, rename)
      return added ? { ...given, ...added } : given
    }
    case 'raw':
      tell(kind, place, rename)
      return value
    default:
      return value
  }
}

type Fields = Readonly<Record<string, unknown>>

/** The list itself where nothing in it becomes another, here and below. */
function mappedItems(list: readonly unknown[], { element }: ListNode, place: Place, rename: Rename): unknown {
  const items = list.map((item, i) => mapped(element, item, { ...place, path: `${place.path}[${i}]` }, rename))
  return items.every((item, i) => item === list[i]) ? list : items
}

function mappedEntries(value: Fields, place: Place, node: MapNode | StructNode, rename: Rename): Fields {
  let changed: [name: string, entry: unknown][] | undefined
  for (const name of Object.keys(value)) {
    const entry = value[name]
    const field = node.kind === 'map' ? node.value : node.fields[name]
    if (!field || entry === undefined || !reaches(field)) continue
    const next = mapped(field, entry, below(place, name), rename)
    if (next !== entry) (changed ??= []).push([name, next])
  }
  return changed ? { ...value, ...Object.fromEntries(changed) } : value
}

/** The fields that are left out and have to be written after all, since what Traefik does without them was replaced. */
function implied(struct: StructNode, value: Fields, place: Place, rename: Rename): Fields | undefined {
  let replaced: Record<string, unknown> | undefined
  for (const [name, node] of impliedBy(struct)) {
    if (value[name] !== undefined) continue
    const standard = node.marks.default ?? ABSENT[node.kind]
    const next = mapped(node, standard, below(place, name, IMPLIED), rename)
    if (next !== standard) (replaced ??= {})[name] = next
  }
  return replaced
}

/**
 * The entry with the text of everything that it reaches for replaced; of redirects, anything but `true` switches them off. What isn't a
 * field's text (a plugin, a TLS store) stays, whatever the answer. The value must have passed the check.
 */
export function renameReaches<T>(section: SectionName, value: T, rename: Rename): T {
  const node = sections.get(section)
  return node ? (mapped(node.value, value, { path: '', name: '', implied: GIVEN }, rename) as T) : value
}

/** Everything that the entry makes Traefik reach for, in the order of the entry; what a struct leaves out stands behind the rest of it. */
export function reachesOf(section: SectionName, value: unknown): readonly Reach[] {
  const found: Reach[] = []
  renameReaches(section, value, (reach) => {
    found.push(reach)
    return reach.text
  })
  return found
}
