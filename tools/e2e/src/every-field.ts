import { sections } from '@route-server/traefik'
import type { Node, SectionName, Yaml } from '@route-server/traefik'

type Fields = { readonly [name: string]: Yaml | undefined }

/** A value of the right type for a node of the schema, with every field below it; `undefined` for what no document carries. */
function sample(node: Node): Yaml | undefined {
  switch (node.kind) {
    case 'string':
      return node.marks.values?.[0] ?? 'x'
    case 'boolean':
      return true
    case 'integer':
      return 1
    case 'duration':
      return '1s'
    case 'strings':
      return ['x']
    case 'raw':
      return { option: 'x' }
    case 'list':
      return [sampleFields(node.element)]
    case 'map':
      return { x: sample(node.value) }
    case 'struct':
      return sampleFields(node)
    case 'internal':
      return undefined
  }
}

function sampleFields(node: Node): Fields {
  if (node.kind !== 'struct') return {}
  const fields = Object.entries(node.fields).filter(([, { marks }]) => marks.document !== 'ignored')
  return Object.fromEntries(fields.map(([name, field]) => [name, sample(field)]))
}

/** One entry of each section with every field that the schema has. It means nothing; it is only well-formed. */
export const everyField = (): ReadonlyMap<SectionName, Fields> =>
  new Map([...sections].map(([section, { value }]) => [section, sampleFields(value)]))
