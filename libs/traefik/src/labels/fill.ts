import { nearest } from '../nearest.ts'
import { quoted } from '../quoted.ts'
import type { ListNode, MapNode, Node, Raw, StructNode } from '../schema/nodes.ts'
import { fieldsOf } from './fields.ts'
import { fold } from './fold.ts'
import { readScalar, splitList } from './scalars.ts'
import { suggestLabel } from './suggest.ts'
import { respelled, someLabel } from './tree.ts'
import type { LabelNode } from './tree.ts'

/** What is wrong with one label. */
export interface Mistake {
  readonly label: string
  readonly reason: string
  /** The label's right spelling, where there's a near one. */
  readonly suggestion?: string
  /** Traefik looks away, so nothing is lost but what the label meant to say. */
  readonly ignored?: true
}

type Say = (mistake: Mistake) => void

const labelOf = (tree: LabelNode): string => someLabel(tree) ?? tree.name

/** A neighbour's label. One that stands for the only element of a list has no index. */
function neighbour(struct: StructNode, child: LabelNode, better: string): string {
  const label = respelled(child, better)
  const isOnly = fieldsOf(struct).get(fold(better))?.[1].marks.labelName !== undefined
  const end = child.start + better.length
  return isOnly ? label.slice(0, end) + label.slice(end).replace(/^\[[^\]]*\]/, '') : label
}

function unknownField(struct: StructNode, child: LabelNode, say: Say): void {
  const known = Object.entries(struct.fields)
    .filter(([, node]) => node.kind !== 'internal')
    .map(([name, node]) => node.marks.labelName ?? name)
  const better = nearest(child.name, known)
  const label = labelOf(child)
  const suggestion = better === undefined ? suggestLabel(label, child.value) : neighbour(struct, child, better)
  say({
    label,
    reason: `Traefik knows no ${quoted(child.name)} there`,
    ...(suggestion !== undefined && { suggestion }),
  })
}

const isOn = (value: string | undefined): boolean =>
  value === undefined || value === '' || value.toLowerCase() === 'true'

function sayAlone(tree: LabelNode, below: 'fields' | 'names', say: Say): void {
  const reason = `${quoted(tree.name)} can't have a value of its own; its ${below} come after another dot`
  say({ label: labelOf(tree), reason })
}

function checkNothingBelow(tree: LabelNode, say: Say): void {
  for (const below of tree.children.values())
    say({ label: labelOf(below), reason: `${quoted(tree.name)} has a value and nothing below it` })
}

function checkNothingBelowItems(tree: LabelNode, say: Say): void {
  const reason = `${quoted(tree.name)} is a list of texts, with nothing below its items`
  for (const item of tree.children.values())
    for (const below of item.children.values()) say({ label: labelOf(below), reason })
}

/** Most often a variable that nobody set. */
function sayEmpty(tree: LabelNode, say: Say): void {
  say({
    label: labelOf(tree),
    reason: 'it is empty, which says nothing; if a variable was to fill it, that has no value',
    ignored: true,
  })
}

/** What Traefik looks at even where it takes no notice of the values: fields have to exist, and to have their kind's shape. */
export function checkShape(node: Node, tree: LabelNode, say: Say): void {
  const mayBeAlone = node.marks.allowEmpty === true || node.marks.label === 'ignored'
  switch (node.kind) {
    case 'struct':
      if (tree.children.size === 0 && !mayBeAlone) sayAlone(tree, 'fields', say)
      checkFieldShapes(node, tree, say)
      return
    case 'list':
      for (const item of tree.children.values()) checkFieldShapes(node.element, item, say)
      return
    case 'map':
      if (tree.children.size === 0 && !mayBeAlone) sayAlone(tree, 'names', say)
      for (const entry of tree.children.values())
        if (node.value.kind === 'struct') checkFieldShapes(node.value, entry, say)
      return
    case 'strings':
      checkNothingBelowItems(tree, say)
      return
    case 'raw':
    case 'internal':
      return
    default:
      checkNothingBelow(tree, say)
  }
}

function checkFieldShapes(struct: StructNode, tree: LabelNode, say: Say): void {
  for (const child of tree.children.values()) {
    const field = fieldsOf(struct).get(fold(child.name))
    if (field) checkShape(field[1], child, say)
    else unknownField(struct, child, say)
  }
}

/** A field that is there only so that its struct isn't empty: one whose zero, or default, says the same as leaving it out. */
function zeroField(struct: StructNode): Record<string, unknown> {
  for (const [name, { kind, marks }] of Object.entries(struct.fields)) {
    if (marks.optional || marks.default !== undefined || marks.document || marks.label) continue
    if (kind === 'boolean') return { [name]: false }
    if (kind === 'strings') return { [name]: [] }
    if (kind === 'string') return { [name]: '' }
    if (kind === 'integer') return { [name]: 0 }
  }
  const defaulted = Object.entries(struct.fields).find(([, { marks }]) => marks.default !== undefined)
  return defaulted ? { [defaulted[0]]: defaulted[1].marks.default } : {}
}

function fillFields(struct: StructNode, tree: LabelNode, say: Say): Record<string, unknown> {
  const filled: [string, unknown][] = []
  for (const child of tree.children.values()) {
    const field = fieldsOf(struct).get(fold(child.name))
    if (!field) {
      unknownField(struct, child, say)
      continue
    }
    const [name, node] = field
    if (node.kind === 'internal' || node.marks.label === 'ignored') {
      checkShape(node, child, say)
      say({ label: labelOf(child), reason: 'Traefik accepts it and takes no notice', ignored: true })
      continue
    }
    const value = fill(node, child, say)
    if (value !== undefined) filled.push([name, value])
  }
  return Object.fromEntries(filled)
}

function fillStruct(struct: StructNode, tree: LabelNode, say: Say): unknown {
  if (struct.marks.allowEmpty && !isOn(tree.value)) {
    checkFieldShapes(struct, tree, say)
    if (tree.children.size > 0 || !/^(0|f|false)$/i.test(tree.value ?? ''))
      say({
        label: tree.label ?? labelOf(tree),
        reason: `${quoted(tree.value ?? '')} switches it off, with all that is set below it; only an empty value or true switches it on`,
        ignored: true,
      })
    return undefined
  }
  if (tree.children.size === 0 && !struct.marks.allowEmpty) {
    sayAlone(tree, 'fields', say)
    return undefined
  }
  const filled = fillFields(struct, tree, say)
  return struct.marks.allowEmpty || Object.keys(filled).length > 0 ? filled : zeroField(struct)
}

function fillList(list: ListNode, tree: LabelNode, say: Say): unknown {
  if (list.marks.labelName === undefined) {
    if (tree.children.size > 0) return [...tree.children.values()].map((child) => fillFields(list.element, child, say))
    say({
      label: labelOf(tree),
      reason: 'it needs an index, as in domains[0].main; Traefik takes no notice of it',
      ignored: true,
    })
    return undefined
  }
  if (tree.children.size > 0) return [fillFields(list.element, tree, say)]
  say({ label: labelOf(tree), reason: `${quoted(tree.name)} can't have a value of its own; write ${tree.name}.port` })
  return undefined
}

/** One value under a chosen name. A container may well write nothing but the name: the entry is there, and empty. */
export function fillEntry(value: Node, tree: LabelNode, say: Say): unknown {
  if (value.kind === 'struct') return fillFields(value, tree, say)
  if (value.kind !== 'integer' || tree.children.size === 0) return fill(value, tree, say)
  for (const child of tree.children.values())
    say({
      label: labelOf(child),
      reason: `${quoted(tree.name)} is a number, and Traefik takes no notice below it`,
      ignored: true,
    })
  return fill(value, { ...tree, children: new Map() }, say)
}

/** The entries of a map of texts. A dot belongs to the name: `x-a.b` is an entry; what stands at `x-a` is forgotten beside it. */
function* textEntries(tree: LabelNode, say: Say): Iterable<[name: string, text: string]> {
  for (const child of tree.children.values()) {
    if (child.children.size === 0) yield [child.name, child.value ?? '']
    else if (child.label !== undefined)
      say({
        label: child.label,
        reason: 'Traefik forgets it beside another label that goes on after it',
        ignored: true,
      })
    for (const [name, text] of textEntries(child, say)) yield [`${child.name}.${name}`, text]
  }
}

function fillMap(map: MapNode, tree: LabelNode, say: Say): unknown {
  if (tree.children.size === 0) {
    sayAlone(tree, 'names', say)
    return undefined
  }
  if (map.value.kind === 'string') return Object.fromEntries(textEntries(tree, say))
  const entries = [...tree.children.values()].map((child) => [child.name, fillEntry(map.value, child, say)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** Below a plugin's option everything is text, lists and maps as they come; the first child says which of the two. */
function fillRaw(tree: LabelNode): Raw {
  const [first, ...more] = tree.children.values()
  if (!first) return tree.value ?? ''
  return first.name.startsWith('[') ? [first, ...more].map(fillRaw) : fillOptions(tree)
}

/**
 * A plugin's options. Traefik loses a level whose key has a child of exactly the same name, in labels and in documents alike;
 * so it stays here, to be lost once.
 */
const fillOptions = (tree: LabelNode): Raw =>
  Object.fromEntries([...tree.children.values()].map((child) => [child.name, fillRaw(child)]))

/** The value that labels give to a node of the schema; `undefined` where they give none. Every mistake is said. */
export function fill(node: Node, tree: LabelNode, say: Say): unknown {
  switch (node.kind) {
    case 'struct':
      return fillStruct(node, tree, say)
    case 'list':
      return fillList(node, tree, say)
    case 'map':
      return fillMap(node, tree, say)
    case 'raw':
      return fillOptions(tree)
    case 'internal':
      return undefined
    case 'strings': {
      checkNothingBelowItems(tree, say)
      if (tree.children.size > 0)
        say({
          label: labelOf(tree),
          reason: 'Traefik takes no notice of an index here; write one list, separated by commas',
          ignored: true,
        })
      if (tree.value === '') sayEmpty(tree, say)
      return tree.value === undefined || tree.value === '' ? undefined : splitList(tree.value)
    }
    default: {
      checkNothingBelow(tree, say)
      if (tree.children.size > 0) return undefined
      if (tree.value === '' && (node.marks.refers ?? node.marks.required) !== undefined) sayEmpty(tree, say)
      const read = readScalar(node.kind, tree.value ?? '')
      if ('value' in read) return read.value
      say({ label: labelOf(tree), reason: `${quoted(tree.value ?? '')} isn't ${read.expected}` })
      return undefined
    }
  }
}
