import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'

/** Where something stands; line and column from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** Finds services and their labels in the files that people wrote. Compose's model doesn't say where anything stands. */
export interface Places {
  /** Of a label of the service, else of the service, else the beginning of the first file. */
  readonly find: (service?: string, label?: string) => Place
}

interface Source {
  readonly file: string
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

interface Child {
  readonly key: Node
  readonly value: unknown
}

/** How far `extends` and `include` are followed. */
const DEEPEST = 8

export function placesIn(files: readonly string[]): Places {
  const sources = files.flatMap((file) => withReferred(file, DEEPEST))
  // What comes later counts.
  const last = sources.toReversed()
  return {
    find(service, label) {
      const found = (service === undefined ? [] : last).flatMap((source) => {
        const at = serviceIn(source, service ?? '')
        return at ? [{ source, at }] : []
      })
      const labels =
        label === undefined ? [] : found.flatMap(({ source, at }) => labelOf(source, at, label, DEEPEST, sources))
      const services = found.map(({ source, at }) => placeOf(source, at.key))
      return labels[0] ?? services[0] ?? { file: files[0] ?? '-', line: 1, column: 1 }
    },
  }
}

function withReferred(file: string, depth: number): readonly Source[] {
  if (depth === 0 || !existsSync(file)) return []
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, logLevel: 'silent' })
  const source = { file, document, lines }
  const include = child(source, document.contents, 'include')?.value
  const included = (isSeq(include) ? include.items : []).flatMap((item) => {
    const path = isScalar(item) ? item : child(source, item, 'path')?.value
    return (isSeq(path) ? path.items : [path]).flatMap((one) => (isScalar(one) ? String(one.value) : []))
  })
  const services = child(source, document.contents, 'services')?.value
  const extended = (isMap(services) ? services.items : []).flatMap(({ value }) => {
    const path = child(source, child(source, value, 'extends')?.value, 'file')?.value
    return isScalar(path) ? String(path.value) : []
  })
  const others = [...new Set([...included, ...extended])].map((path) => resolve(dirname(file), path))
  return [...others.flatMap((other) => (other === file ? [] : withReferred(other, depth - 1))), source]
}

const serviceIn = (source: Source, service: string): Child | undefined =>
  child(source, child(source, source.document.contents, 'services')?.value, service)

/** The label here, else in what the service extends. */
function labelOf(
  source: Source,
  at: Child,
  label: string,
  depth: number,
  sources: readonly Source[],
): readonly Place[] {
  const labels = resolved(source, child(source, at.value, 'labels')?.value)
  const own = isSeq(labels)
    ? labels.items.find((item) => isScalar(item) && keyOf(String(item.value)) === label)
    : child(source, labels, label)?.key
  if (own) return [placeOf(source, own as Node)]
  const extended = resolved(source, child(source, at.value, 'extends')?.value)
  if (extended === undefined || depth === 0) return []
  const name = isScalar(extended) ? extended : child(source, extended, 'service')?.value
  const file = child(source, extended, 'file')?.value
  const path = isScalar(file) ? resolve(dirname(source.file), String(file.value)) : source.file
  const there = sources.find((other) => other.file === path)
  const service = there && isScalar(name) ? serviceIn(there, String(name.value)) : undefined
  return there && service ? labelOf(there, service, label, depth - 1, sources) : []
}

/** `key=value` or a key alone. */
const keyOf = (text: string): string => text.replace(/=.*$/s, '')

/** A key's own place and its value, also where a merge (`<<`) brings it. */
function child(source: Source, node: unknown, key: string): Child | undefined {
  const map = resolved(source, node)
  if (!isMap(map)) return undefined
  const pair = map.items.find((one) => isScalar(one.key) && String(one.key.value) === key)
  if (pair) return { key: pair.key as Node, value: pair.value }
  const merged = map.items
    .filter((one) => isScalar(one.key) && one.key.value === '<<')
    .map((one) => resolved(source, one.value))
  for (const other of merged.flatMap((one) => (isSeq(one) ? one.items : [one]))) {
    const found = child(source, other, key)
    if (found) return found
  }
  return undefined
}

const resolved = ({ document }: Source, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node)

function placeOf({ file, lines }: Source, node: Node): Place {
  const { line, col } = lines.linePos(node.range?.[0] ?? 0)
  return { file, line, column: col }
}
