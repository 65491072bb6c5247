import { quoted } from '../quoted.ts'
import { fold } from './fold.ts'

/** One segment of label keys, with what stands at it and below it. */
export interface LabelNode {
  /** As first spelled; among the spellings that differ by case only, the one that sorts first. */
  readonly name: string
  /** Where the segment begins in every label that has it; folding never changes a length. */
  readonly start: number
  /** The label that ended here last, and its value. */
  label?: string
  value?: string
  /** By folded name, in the order of the sorted keys. */
  readonly children: Map<string, LabelNode>
  /** Labels below this node that can't be read at all. */
  readonly unreadable: UnreadableLabel[]
  /** Labels that ended here before the last, with other values. */
  readonly overruled: string[]
}

/** A label that stands for nothing, though something was meant by it. */
export interface UnreadableLabel {
  readonly label: string
  readonly reason: string
  /** As it should be spelled, where that is known. */
  readonly suggestion?: string
}

/** One that is noted elsewhere than where its own spelling would lead. */
export interface MeantLabel extends UnreadableLabel {
  /** The key, or the beginning of one, at whose end it belongs. */
  readonly at: string
}

/** Deeper keys than this have no meaning anywhere, and would only serve to exhaust the stack. */
const MAX_DEPTH = 64

type Segment = Pick<LabelNode, 'name' | 'start'>

const newNode = ({ name, start }: Segment): LabelNode => ({
  name,
  start,
  children: new Map(),
  unreadable: [],
  overruled: [],
})

/** `domains[0]` stands for two segments, `domains` and `[0]`. */
export function segmentsOf(key: string): { readonly segments: readonly Segment[]; readonly reason?: string } {
  const segments: Segment[] = []
  let start = 0
  for (const part of key.split('.')) {
    if (segments.length > MAX_DEPTH) return { segments, reason: `it has more than ${MAX_DEPTH} levels` }
    if (part === '') return { segments, reason: 'it has an empty part: two dots in a row, or one at the end' }
    if (part.startsWith('[')) return { segments, reason: `a part of it begins with a bracket: ${quoted(part)}` }
    if (!part.endsWith(']')) segments.push({ name: part, start })
    else {
      const bracket = part.indexOf('[')
      if (bracket < 0) return { segments, reason: `a bracket is closed that was never opened: ${quoted(part)}` }
      segments.push({ name: part.slice(0, bracket), start }, { name: part.slice(bracket), start: start + bracket })
    }
    start += part.length + 1
  }
  return { segments }
}

/** Go sorts by bytes, JavaScript by UTF-16 units; they differ where a surrogate meets U+E000 and above. */
export function byBytes(a: string, b: string): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const surrogates = Number(x >= 0xd800 && x <= 0xdfff) - Number(y >= 0xd800 && y <= 0xdfff)
    return surrogates === 0 || x < 0xd800 || y < 0xd800 ? x - y : surrogates
  }
  return a.length - b.length
}

/** The node at the end of the segments; what isn't there yet is made. */
function reached(root: LabelNode, segments: readonly Segment[]): LabelNode {
  let node = root
  for (const segment of segments) {
    const folded = fold(segment.name)
    let child = node.children.get(folded)
    if (!child) node.children.set(folded, (child = newNode(segment)))
    node = child
  }
  return node
}

/**
 * The labels as one tree, the way Traefik reads them: keys in the order of their bytes, parts matched whatever their
 * case, the first spelling kept and the last value. A key that can't be read is noted at the deepest node it reaches, and
 * one that nobody reads, where it was meant to be.
 */
export function labelTree(
  labels: Readonly<Record<string, string>>,
  keys: readonly string[],
  meant: readonly MeantLabel[] = [],
): LabelNode {
  const root = newNode({ name: '', start: 0 })
  for (const key of [...keys].sort(byBytes)) {
    const { segments, reason } = segmentsOf(key)
    const node = reached(root, segments)
    if (reason !== undefined) node.unreadable.push({ label: key, reason: `Traefik can't read it: ${reason}` })
    else {
      const value = labels[key] ?? ''
      if (node.label !== undefined && node.value !== value) node.overruled.push(node.label)
      node.label = key
      node.value = value
    }
  }
  for (const { at, ...label } of meant) reached(root, segmentsOf(at).segments).unreadable.push(label)
  return root
}

/** Some label at or below this node, to point at. */
export function someLabel(node: LabelNode): string | undefined {
  if (node.label !== undefined) return node.label
  if (node.unreadable[0]) return node.unreadable[0].label
  for (const child of node.children.values()) {
    const label = someLabel(child)
    if (label !== undefined) return label
  }
  return undefined
}

/** The same, as it is to be spelled where it has a slip. */
function someKey(node: LabelNode): string | undefined {
  if (node.label !== undefined) return node.label
  const [first] = node.unreadable
  if (first) return first.suggestion ?? first.label
  for (const child of node.children.values()) {
    const key = someKey(child)
    if (key !== undefined) return key
  }
  return undefined
}

/** That label with this node's own segment in another spelling, for "did you mean". */
export function respelled(node: LabelNode, better: string): string {
  const label = someKey(node) ?? node.name
  return label.slice(0, node.start) + better.toLowerCase() + label.slice(node.start + node.name.length)
}
