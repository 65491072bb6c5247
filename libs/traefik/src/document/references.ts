import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { Node, Referable } from '../schema/nodes.ts'

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
      return mappedEntries(value, () => node.value, rename)
    case 'struct':
      return mappedEntries(value, (name) => node.fields[name], rename)
    default:
      return value
  }
}

function mappedEntries(value: unknown, nodeOf: (name: string) => Node | undefined, rename: Rename): unknown {
  return Object.fromEntries(
    Object.entries(value as object).map(([name, entry]: [string, unknown]) => {
      const node = nodeOf(name)
      return [name, node ? mapped(node, entry, rename) : entry]
    }),
  )
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
