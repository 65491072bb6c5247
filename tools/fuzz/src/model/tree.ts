import { refuse } from './refusal.ts'
import type { Entries, Value } from './yaml/read.ts'

/** A node as Traefik's decoder has them, whatever the format: a name with a text, or with something below it. */
export interface TreeNode {
  readonly name: string
  readonly text: string
  readonly children: readonly TreeNode[]
}

/** With this mark the decoder writes a list into a text: mark, kind, mark, items with the mark between them. */
export const LIST_MARK = '\u2551'

/** Go's numbers for the kinds of values, of which a list has the highest that it met. */
const KINDS: Readonly<Record<Value['kind'], number>> = {
  null: 0,
  bool: 1,
  int: 2,
  uint64: 11,
  float: 14,
  map: 21,
  list: 23,
  string: 24,
  time: 25,
}

function listNode(name: string, items: readonly Value[]): TreeNode {
  const children: TreeNode[] = []
  const texts: string[] = []
  items.forEach((item, i) => {
    if (item.kind === 'map') children.push({ name: `[${i}]`, text: '', children: treeOf(item.entries) })
    else if ('text' in item) texts.push(item.text)
    else refuse(`unsupported simple value type: ${item.kind}`)
  })
  const kind = Math.max(0, ...items.map((item) => KINDS[item.kind]))
  const text = texts.length > 0 ? [LIST_MARK, kind, LIST_MARK, texts.join(LIST_MARK)].join('') : ''
  return { name, text, children }
}

const encoder = new TextEncoder()
const byBytes = (a: TreeNode, b: TreeNode): number => Buffer.compare(encoder.encode(a.name), encoder.encode(b.name))

/** The entries of a map as nodes, sorted by name; nulls are as good as absent. */
export function treeOf(entries: Entries): readonly TreeNode[] {
  return entries
    .flatMap(([name, value]): TreeNode[] => {
      if (value.kind === 'null') return []
      if (value.kind === 'map') return [{ name, text: '', children: treeOf(value.entries) }]
      if (value.kind === 'list') return [listNode(name, value.items)]
      if ('text' in value) return [{ name, text: value.text, children: [] }]
      return refuse(`field ${name} uses unsupported type: struct`)
    })
    .sort(byBytes)
}
