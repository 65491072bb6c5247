import { refuse } from './refusal.ts'
import type { Entries, Value } from './yaml.ts'

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
  bool: 1,
  int: 2,
  map: 21,
  list: 23,
  string: 24,
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

/** The entries of a map as nodes, sorted by name. */
export function treeOf(entries: Entries): readonly TreeNode[] {
  return entries
    .map(([name, value]): TreeNode => {
      if (value.kind === 'map') return { name, text: '', children: treeOf(value.entries) }
      return value.kind === 'list' ? listNode(name, value.items) : { name, text: value.text, children: [] }
    })
    .sort(byBytes)
}
