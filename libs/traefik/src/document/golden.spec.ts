import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { Node, StructNode } from '../schema/nodes.ts'
import { checkEntry } from './check.ts'
import { yamlEntries } from './yaml.ts'
import type { Yaml } from './yaml.ts'

/**
 * One file for each section and each type of middleware: an entry with every field that a document can carry, and one for each
 * struct that may be empty. The files are what a real Traefik is shown. `UPDATE_GOLDEN=1` writes them anew.
 */
const folder = new URL('../../golden/', import.meta.url)

type Fields = Record<string, Yaml>

const fieldsOf = (struct: StructNode): [string, Node][] =>
  Object.entries(struct.fields).filter(([, { kind, marks }]) => kind !== 'internal' && marks.document !== 'ignored')

const withAllFields = (struct: StructNode): Fields =>
  Object.fromEntries(fieldsOf(struct).map(([name, node]) => [name, sample(node, name)]))

function sample(node: Node, name: string): Yaml {
  const text = node.marks.values?.[0] ?? `${name} of "all"`
  switch (node.kind) {
    case 'string':
      return text
    case 'boolean':
      return node.marks.default !== true
    case 'integer':
      return 7
    case 'duration':
      return '1m30s'
    case 'strings':
      return [text, 'a,b']
    case 'list':
      return [withAllFields(node.element), {}]
    case 'struct':
      return withAllFields(node)
    case 'map':
      return { '418': sample(node.value, name), 'X-Name': sample(node.value, name) }
    case 'raw':
      return { text: 'yes', list: ['1', '2'], map: { a: { b: '1e3' } }, maps: [{ k: 'v' }, { k: 'w' }] }
    case 'internal':
      throw new Error(`${name} stands in no document`)
  }
}

/** Entries that hold nothing but one struct without content, wherever the schema allows one. */
function* empties(struct: StructNode, path: readonly string[] = []): Iterable<[name: string, value: Fields]> {
  for (const [name, node] of fieldsOf(struct)) {
    if (node.kind !== 'struct') continue
    const here = [...path, name]
    if (node.marks.allowEmpty)
      yield [['empty', ...here].join('-'), here.reduceRight<Fields>((value, field) => ({ [field]: value }), {})]
    yield* empties(node, here)
  }
}

function entriesOf(struct: StructNode): Fields {
  return { all: withAllFields(struct), none: {}, ...Object.fromEntries(empties(struct)) }
}

interface Construct {
  readonly file: string
  readonly section: SectionName
  readonly entries: Fields
}

function constructsOf(section: SectionName): Construct[] {
  const value = sections.get(section)?.value
  if (value?.kind !== 'struct') return []
  const file = section.replace('.', '-')
  if (!section.endsWith('.middlewares')) return [{ file, section, entries: entriesOf(value) }]
  return fieldsOf(value).map(([type, node]) => {
    const one: StructNode = { ...value, fields: { [type]: node } }
    return { file: `${file}-${type}`, section, entries: entriesOf(one) }
  })
}

const constructs = [...sections.keys()].flatMap(constructsOf)

describe('a golden file for each construct', () => {
  test.each(constructs.map((construct) => [construct.file, construct] as const))(
    '%s',
    (_, { file, section, entries }) => {
      for (const [name, value] of Object.entries(entries)) expect(checkEntry(section, name, value)).toEqual([])
      const [part = '', kind = ''] = section.split('.')
      const document = { [part]: { [kind]: entries } }
      const text = yamlEntries(document)
      expect(parse(text)).toEqual(document)
      const url = new URL(`${file}.yaml`, folder)
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(url, text)
      expect(text).toBe(readFileSync(url, 'utf8'))
    },
  )

  test('and no other file', () => {
    expect(readdirSync(folder).sort()).toEqual(constructs.map(({ file }) => `${file}.yaml`).sort())
  })
})
