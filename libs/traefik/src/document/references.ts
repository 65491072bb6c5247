import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { MapNode, Node, Referable, StructNode } from '../schema/nodes.ts'

/** A name that one entry uses for another. */
export interface Reference {
  readonly section: Referable
  readonly name: string
}

type Rename = (reference: Reference) => string

const referring = new WeakMap<Node, boolean>()

/** Whether anything at or below this node can refer; most of the schema can't, and needn't be walked. */
function refers(node: Node): boolean {
  let known = referring.get(node)
  if (known === undefined) {
    known =
      node.marks.refers !== undefined ||
      (node.kind === 'struct' && Object.values(node.fields).some(refers)) ||
      (node.kind === 'map' && refers(node.value)) ||
      (node.kind === 'list' && refers(node.element))
    referring.set(node, known)
  }
  return known
}

function mapped(node: Node, value: unknown, rename: Rename): unknown {
  if (!refers(node) || value === undefined) return value
  const section = node.marks.refers
  switch (node.kind) {
    case 'string':
      return section && value !== '' ? rename({ section, name: value as string }) : value
    case 'strings':
      return section ? (value as readonly string[]).map((name) => rename({ section, name })) : value
    case 'list':
      return (value as readonly unknown[]).map((item) => mapped(node.element, item, rename))
    case 'map':
    case 'struct':
      return mappedEntries(value as Fields, node, rename)
    default:
      return value
  }
}

type Fields = Readonly<Record<string, unknown>>

/** The value itself where nothing below it has another name. */
function mappedEntries(value: Fields, node: MapNode | StructNode, rename: Rename): unknown {
  let changed: [name: string, entry: unknown][] | undefined
  for (const name of Object.keys(value)) {
    const entry = value[name]
    const below = node.kind === 'map' ? node.value : node.fields[name]
    const next = below ? mapped(below, entry, rename) : entry
    if (next !== entry) (changed ??= []).push([name, next])
  }
  return changed ? { ...value, ...Object.fromEntries(changed) } : value
}

/** The entry with every name that it refers to replaced. The value must have passed the check. */
export function renameReferences<T>(section: SectionName, value: T, rename: Rename): T {
  const node = sections.get(section)
  return node ? (mapped(node.value, value, rename) as T) : value
}

/** Every name that the entry refers to. */
export function referencesOf(section: SectionName, value: unknown): readonly Reference[] {
  const references: Reference[] = []
  renameReferences(section, value, (reference) => {
    references.push(reference)
    return reference.name
  })
  return references
}
