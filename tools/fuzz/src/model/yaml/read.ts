import { parse } from './parse.ts'
import type { Mapping, YamlNode } from './parse.ts'
import { refuse } from '../refusal.ts'
import { resolveTagged } from './resolve.ts'
import type { Resolved } from './resolve.ts'
import { readable } from './text.ts'

/** A value as the reader hands it on. */
export type Value =
  | Exclude<Resolved, { readonly kind: 'merge' }>
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'map'; readonly entries: Entries }

/** Several may have one name: all keys that are numbers look alike to Traefik. */
export type Entries = readonly (readonly [name: string, value: Value])[]

/** How many aliases a document may have in relation to its size: small ones nearly as many as they like. */
function allowedAliasRatio(values: number): number {
  if (values <= 400_000) return 0.99
  return values >= 4_000_000 ? 0.1 : 0.99 - (0.89 * (values - 400_000)) / 3_600_000
}

/** How Traefik sees a key that isn't a string: by its type alone. */
const GO_TYPES: Readonly<Record<string, string>> = {
  int: '<int Value>',
  uint64: '<uint64 Value>',
  float: '<float64 Value>',
  bool: '<bool Value>',
  time: '<time.Time Value>',
}

const identity = (node: YamlNode): string =>
  `${node.kind} ${node.kind === 'scalar' ? node.text : node.kind === 'alias' ? node.name : ''}`

/** Whether a key says "these entries, too". */
const isMerge = (node: YamlNode): boolean =>
  node.kind === 'scalar' &&
  node.text === '<<' &&
  ((node.plain && (node.tag === '' || node.tag === '!')) || node.tag === '!' || node.tag === 'tag:yaml.org,2002:merge')

class Reader {
  readonly #open = new Set<YamlNode>()
  #values = 0
  #aliased = 0
  #depth = 0

  value(node: YamlNode): Value {
    this.#values++
    if (this.#depth > 0) this.#aliased++
    if (this.#aliased > 100 && this.#values > 1000 && this.#aliased / this.#values > allowedAliasRatio(this.#values))
      refuse('document contains excessive aliasing')
    switch (node.kind) {
      case 'alias': {
        if (this.#open.has(node)) refuse(`anchor "${node.name}" contains itself`)
        this.#open.add(node)
        this.#depth++
        const value = this.value(node.target)
        this.#depth--
        this.#open.delete(node)
        return value
      }
      case 'sequence':
        return { kind: 'list', items: node.items.map((item) => this.value(item)) }
      case 'mapping':
        return { kind: 'map', entries: this.#entries(node, false) }
      case 'scalar': {
        const resolved = resolveTagged(node.tag, node.text, node.plain)
        return resolved.kind === 'merge' ? { kind: 'string', text: node.text } : resolved
      }
    }
  }

  /** `root`: its keys are read as text, whatever they look like. */
  #entries(mapping: Mapping, root: boolean): Entries {
    const seen = new Set<string>()
    for (const [key] of mapping.entries) {
      const known = identity(key)
      if (seen.has(known)) refuse(`mapping key ${known} already defined`)
      seen.add(known)
    }
    const entries: [string, Value][] = []
    let merged: YamlNode | undefined
    for (const [key, value] of mapping.entries) {
      if (isMerge(key)) merged = value
      else {
        const name = this.#name(key, root)
        if (name === undefined && root) continue
        const read = this.value(value)
        if (name !== undefined) entries.push([name, read])
      }
    }
    return merged ? [...entries, ...this.#merged(merged, new Set(entries.map(([name]) => name)))] : entries
  }

  /** `undefined` for a key that is null, which is dropped. */
  #name(key: YamlNode, root: boolean): string | undefined {
    const value = this.value(key)
    if (value.kind === 'null') return undefined
    if (value.kind === 'list' || value.kind === 'map') return refuse('invalid map key')
    if (value.kind === 'string') return value.text
    return root && key.kind === 'scalar' ? key.text : GO_TYPES[value.kind]
  }

  #merged(from: YamlNode, known: Set<string>): Entries {
    const sources = from.kind === 'sequence' ? from.items : [from]
    return sources.flatMap((source) => {
      const target = source.kind === 'alias' ? source.target : source
      if (target.kind !== 'mapping') refuse('map merge requires map or sequence of maps as the value')
      const value = this.value(source)
      const added = value.kind === 'map' ? value.entries.filter(([name]) => !known.has(name)) : []
      for (const [name] of added) known.add(name)
      return added
    })
  }

  root(node: YamlNode): Entries {
    const target = node.kind === 'alias' ? node.target : node
    if (target.kind === 'mapping') return this.#entries(target, true)
    if (this.value(target).kind === 'null') return []
    return refuse('the root is no map')
  }
}

/** A document's entries, or its refusal, as Traefik's YAML reader (yaml.v3 3.0.1) has it. */
export function readYaml(bytes: Uint8Array): Entries {
  const root = parse(readable(bytes))
  return root ? new Reader().root(root) : []
}
