import type { Node, StructNode } from '../schema/nodes.ts'
import { fold } from './fold.ts'

const fieldsByLabel = new WeakMap<StructNode, ReadonlyMap<string, readonly [name: string, node: Node]>>()

/** A struct's fields under their folded label names. */
export function fieldsOf(struct: StructNode): ReadonlyMap<string, readonly [name: string, node: Node]> {
  let fields = fieldsByLabel.get(struct)
  if (!fields) {
    fields = new Map(
      Object.entries(struct.fields).map(([name, node]) => [fold(node.marks.labelName ?? name), [name, node]]),
    )
    fieldsByLabel.set(struct, fields)
  }
  return fields
}
