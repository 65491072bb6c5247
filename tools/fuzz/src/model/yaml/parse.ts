import { refuse } from '../refusal.ts'
import { Scanner } from './scanner.ts'
import type { TokenKind } from './scanner.ts'
import type { Readable } from './text.ts'

interface Scalar {
  readonly kind: 'scalar'
  readonly text: string
  readonly tag: string
  readonly plain: boolean
}

export interface Sequence {
  readonly kind: 'sequence'
  readonly items: readonly YamlNode[]
}

export interface Mapping {
  readonly kind: 'mapping'
  readonly entries: readonly (readonly [key: YamlNode, value: YamlNode])[]
}

export interface Alias {
  readonly kind: 'alias'
  readonly name: string
  readonly target: YamlNode
}

export type YamlNode = Scalar | Sequence | Mapping | Alias

/** Traefik goes down to 10,000; nothing that we make goes nearly as deep, and no stack has to hold it. */
const MAX_DEPTH = 500

const NOTHING: Scalar = { kind: 'scalar', text: '', tag: '', plain: true }

/** The first document of a text as a tree; `undefined` where there is none. */
export function parse(text: Readable): YamlNode | undefined {
  const tokens = new Scanner(text)
  const anchors = new Map<string, YamlNode>()
  let depth = 0

  const next = (): TokenKind => tokens.peek().kind
  const took = (kind: TokenKind): boolean => {
    if (next() !== kind) return false
    tokens.take()
    return true
  }
  const expect = (kind: TokenKind, where: string): void => {
    if (!took(kind)) refuse(`did not find expected ${kind} in ${where}, but ${next()}`)
  }

  /** A node, or an empty scalar where one of these follows. */
  function nodeOr(stops: readonly TokenKind[], block: boolean, indentless = false): YamlNode {
    return stops.includes(next()) ? NOTHING : node(block, indentless)
  }

  function node(block: boolean, indentless: boolean): YamlNode {
    if (++depth > MAX_DEPTH) refuse(`nested more than ${MAX_DEPTH} deep`)
    if (next() === 'alias') {
      const name = tokens.take().text ?? ''
      depth--
      return { kind: 'alias', name, target: anchors.get(name) ?? refuse(`unknown anchor "${name}"`) }
    }
    let tag = ''
    let anchor: string | undefined
    for (let i = 0; i < 2; i++) {
      if (anchor === undefined && next() === 'anchor') anchor = tokens.take().text
      else if (tag === '' && next() === 'tag') tag = tokens.take().text ?? ''
    }
    const found = content(block, indentless, tag, anchor !== undefined)
    if (anchor !== undefined) anchors.set(anchor, found)
    depth--
    return found
  }

  function content(block: boolean, indentless: boolean, tag: string, anchored: boolean): YamlNode {
    if (indentless && next() === '-') return { kind: 'sequence', items: items(['-', 'key', 'value', 'block end']) }
    if (next() === 'scalar') {
      const { text = '', plain = false } = tokens.take()
      return { kind: 'scalar', text, tag, plain }
    }
    if (took('[')) return flowSequence()
    if (took('{')) return flowMapping()
    if (block && took('block sequence')) {
      const found = items(['-', 'block end'])
      expect('block end', 'a block collection')
      return { kind: 'sequence', items: found }
    }
    if (block && took('block mapping')) return blockMapping()
    if (anchored || tag !== '') return { ...NOTHING, tag }
    return refuse(`did not find expected node content, but ${next()}`)
  }

  function items(stops: readonly TokenKind[]): YamlNode[] {
    const found: YamlNode[] = []
    while (took('-')) found.push(nodeOr(stops, true))
    return found
  }

  function blockMapping(): Mapping {
    const entries: [YamlNode, YamlNode][] = []
    const stops: readonly TokenKind[] = ['key', 'value', 'block end']
    while (took('key')) {
      const key = nodeOr(stops, true, true)
      entries.push([key, took('value') ? nodeOr(stops, true, true) : NOTHING])
    }
    expect('block end', 'a block mapping')
    return { kind: 'mapping', entries }
  }

  /** The entries of a flow collection, between commas; one more comma may stand at the end. */
  function separated(end: ']' | '}', entry: () => void): void {
    for (let first = true; next() !== end; first = false) {
      if (!first) {
        expect(',', 'a flow collection')
        if (next() === end) break
      }
      entry()
    }
    tokens.take()
  }

  function flowSequence(): Sequence {
    const found: YamlNode[] = []
    separated(']', () => {
      if (!took('key')) found.push(node(false, false))
      else {
        const stops: readonly TokenKind[] = ['value', ',', ']']
        const key = nodeOr(stops, false)
        // Where there is no key, the reader goes past what stands in its place.
        if (key === NOTHING && stops.includes(next())) tokens.take()
        found.push({ kind: 'mapping', entries: [[key, took('value') ? nodeOr([',', ']'], false) : NOTHING]] })
      }
    })
    return { kind: 'sequence', items: found }
  }

  function flowMapping(): Mapping {
    const entries: [YamlNode, YamlNode][] = []
    separated('}', () => {
      if (!took('key')) entries.push([node(false, false), NOTHING])
      else {
        const key = nodeOr(['value', ',', '}'], false)
        entries.push([key, took('value') ? nodeOr([',', '}'], false) : NOTHING])
      }
    })
    return { kind: 'mapping', entries }
  }

  const directives = took('directive')
  if (next() === 'directive') refuse('more than one directive')
  if (directives && next() !== 'document start') refuse('no document behind a directive')
  const explicit = took('document start')
  // What follows the first document, and be it on the same line, is looked at only as far as the scanner is ahead.
  const root = explicit
    ? nodeOr(['directive', 'document start', 'document end', 'end'], true)
    : next() === 'end'
      ? undefined
      : node(true, false)
  next()
  return root
}
