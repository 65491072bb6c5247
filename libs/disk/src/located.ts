import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml'

export type Path = readonly PropertyKey[]

/** A configuration file as read, and the way back from a value to its place. */
export interface Source {
  /** As the user named it. */
  readonly file: string
  readonly text: string
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

/** `config.yaml:3:9`: of the value at the path, or of the last thing on the way to it that is there. */
export function positionOf({ file, document, lines }: Source, path: Path, part: 'key' | 'value'): string {
  let node: unknown = document.contents
  let found = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const child = childOf(node, step)
    if (!child) break
    const { key, value } = child
    node = value
    found = startOf(part === 'key' && depth === path.length - 1 ? key : value) ?? startOf(key) ?? found
  }
  return `${file}:${at(lines, found)}`
}

/** `3:9`, both counted from 1. */
export function at(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${line}:${col}`
}

/** An item of a list is its own key. */
function childOf(node: unknown, step: PropertyKey): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isMap(node)) return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
  const item = isSeq(node) ? node.items[Number(step)] : undefined
  return item === undefined ? undefined : { key: item, value: item }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0]
}
