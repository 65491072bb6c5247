import { fold, isBool, isDuration, isInt } from './go.ts'
import { checkOption } from './raw.ts'
import { Foreign, refuse, Refusal } from './refusal.ts'
import { table } from './table.ts'
import type { Fields, Shape } from './table.ts'
import { treeOf } from './tree.ts'
import type { TreeNode } from './tree.ts'
import { readYaml } from './yaml.ts'

/** What Traefik's HTTP provider would make of a document. */
export type Verdict =
  | {
      readonly accepted: true
      /** By section, `http.routers`: its names. */
      readonly names: ReadonlyMap<string, ReadonlySet<string>>
      /** Paths of all fields that the document sets, names left out: `http.routers.rule`. */
      readonly fields: ReadonlySet<string>
    }
  | {
      readonly accepted: false
      readonly reason: string
      /** It isn't written as a route document is: Traefik itself may take it. */
      readonly isForeign: boolean
    }

interface Field {
  readonly name: string
  readonly shape: Shape
  readonly holds: 'one' | 'named' | 'list'
  readonly mayBeEmpty: boolean
  readonly ignored: boolean
}

const known = new WeakMap<Fields, ReadonlyMap<string, Field>>()

function fieldsOf(fields: Fields): ReadonlyMap<string, Field> {
  let read = known.get(fields)
  if (!read) {
    const all = Object.entries(fields).map(([key, shape]): [string, Field] => {
      const [, name = '', marks = ''] = /^(\w+)(.*)$/.exec(key) ?? []
      const holds = marks.includes('{}') ? 'named' : marks.includes('[]') ? 'list' : 'one'
      return [fold(name), { name, shape, holds, mayBeEmpty: marks.includes('?'), ignored: marks.includes('-') }]
    })
    known.set(fields, (read = new Map(all)))
  }
  return read
}

const SCALARS: Readonly<Record<string, (text: string) => boolean>> = {
  text: () => true,
  bool: isBool,
  int: isInt,
  duration: isDuration,
}

class Decoder {
  readonly names = new Map<string, Set<string>>()
  readonly fields = new Set<string>()

  /** `read`: whether Traefik reads the values; below what it ignores, only the fields have to exist. */
  struct(shape: Fields, nodes: readonly TreeNode[], path: string, read: boolean): void {
    const fields = fieldsOf(shape)
    for (const node of nodes) {
      const field = fields.get(fold(node.name)) ?? refuse(`field not found, node: ${node.name}`)
      this.#field(field, node, path === '' ? field.name : `${path}.${field.name}`, read && !field.ignored)
    }
  }

  #field(field: Field, node: TreeNode, path: string, read: boolean): void {
    const { shape, holds, mayBeEmpty, ignored } = field
    const isTexts = holds === 'list' || shape === 'texts'
    const isLeaf = !isTexts && holds === 'one' && typeof shape === 'string' && shape in SCALARS
    if (isLeaf || isTexts) {
      if (isLeaf && node.children.length > 0) refuse(`invalid node ${node.name}: ${shape}`)
    } else if (node.children.length === 0 && !mayBeEmpty && !ignored)
      refuse(`${node.name} cannot be a standalone element (${path})`)
    const on = read && !(mayBeEmpty && node.text !== '' && fold(node.text) !== 'true')
    if (on) this.fields.add(path)
    if (isLeaf) {
      if (on) this.#scalar(shape, node)
    } else if (shape === 'texts') this.#itemsWithoutFields(node)
    else if (shape === 'raw') this.#plugins(node, on)
    else if (shape === 'text map' || shape === 'int map') {
      if (on && shape === 'int map') for (const child of node.children) this.#scalar('int', child)
    } else if (typeof shape === 'object') this.#structs(field, shape, node, path, on)
  }

  #structs({ holds }: Field, shape: Fields, node: TreeNode, path: string, read: boolean): void {
    if (holds === 'one') return this.struct(shape, node.children, path, read)
    if (holds === 'named' && read)
      this.names.set(path, new Set([...(this.names.get(path) ?? []), ...node.children.map(({ name }) => name)]))
    for (const child of node.children) this.struct(shape, child.children, path, read)
  }

  #scalar(shape: string, { text }: TreeNode): void {
    if (SCALARS[shape]?.(text) !== true) refuse(`"${text}" is no ${shape}`)
  }

  #itemsWithoutFields(node: TreeNode): void {
    for (const item of node.children) for (const { name } of item.children) refuse(`field not found, node: ${name}`)
  }

  #plugins(node: TreeNode, read: boolean): void {
    if (read) for (const plugin of node.children) for (const option of plugin.children) checkOption(option)
  }
}

const ROOTS = new Set(Object.keys(table))

/**
 * A strict model of Traefik 3.7's HTTP provider: the verdict on a document, with the reason, and what it holds. It knows
 * nothing of the code that makes documents: it has a reader for the part of YAML that they keep to, a table of the
 * configuration and Go's readings of its own.
 */
export function decodeDocument(bytes: Uint8Array): Verdict {
  const decoder = new Decoder()
  try {
    const roots = readYaml(bytes).filter(([name]) => ROOTS.has(fold(name)))
    decoder.struct(table, treeOf(roots), '', true)
  } catch (error) {
    if (error instanceof Refusal) return { accepted: false, reason: error.message, isForeign: error instanceof Foreign }
    throw error
  }
  return { accepted: true, names: decoder.names, fields: decoder.fields }
}
