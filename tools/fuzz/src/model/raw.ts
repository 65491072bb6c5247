import { isBool, isInt } from './go.ts'
import { refuse } from './refusal.ts'
import { LIST_MARK } from './tree.ts'
import type { TreeNode } from './tree.ts'

type Raw = string | readonly Raw[] | Map<string, Raw>

/** Traefik looks at the first and last character of a name, and breaks down where there is none. */
function isIndex({ name }: TreeNode): boolean {
  if (name === '') refuse('index out of range: an option without a name')
  return name.startsWith('[') && name.endsWith(']')
}

function squash(node: TreeNode, into: Map<string, Raw>, root: boolean): void {
  const [first] = node.children
  if (!first) into.set(node.name, node.text)
  else if (isIndex(first))
    into.set(
      node.name,
      node.children.map((child) => {
        const item = new Map<string, Raw>()
        squash(child, item, false)
        return item.get(child.name) ?? ''
      }),
    )
  else {
    const known = root ? into : (into.get(node.name) ?? new Map<string, Raw>())
    if (!(known instanceof Map)) return refuse('unsupported value')
    if (!root) into.set(node.name, known)
    for (const child of node.children) squash(child, known, false)
  }
}

const FLOAT = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$|^[+-]?Inf$|^NaN$/

/** How the items of a list that was written into a text are read back, by the number of their kind. */
const ITEMS: ReadonlyMap<number, (text: string) => boolean> = new Map([
  [1, isBool],
  [2, isInt],
  [6, isInt],
  [11, (text: string) => /^[0-9]+$/.test(text) && BigInt(text) < 2n ** 64n],
  [14, (text: string) => FLOAT.test(text)],
  [24, () => true],
])

function checkText(text: string): void {
  if (!text.startsWith(LIST_MARK)) return
  const [, kind = '', ...items] = text.split(LIST_MARK)
  if (!isInt(kind)) refuse('a list of no kind')
  const isItem = ITEMS.get(Number(kind))
  for (const item of items) if (!isItem?.(item)) refuse(`an item of a list of kind ${kind}: ${item}`)
}

function check(value: Raw): void {
  if (typeof value === 'string') checkText(value)
  else for (const item of value.values()) check(item)
}

/** One option of a plugin of Traefik's, with all below it. */
export function checkOption(node: TreeNode): void {
  const squashed = new Map<string, Raw>()
  squash(node, squashed, true)
  check(squashed)
}
