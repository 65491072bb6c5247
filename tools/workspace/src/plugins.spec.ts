import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { configuration } from '@route-server/traefik'
import type { Node } from '@route-server/traefik'

const plugins = new URL('../../../libs/plugins/', import.meta.url)

function* fieldNames(node: Node): Iterable<string> {
  if (node.kind === 'struct')
    for (const [name, field] of Object.entries(node.fields)) {
      yield name
      yield* fieldNames(field)
    }
  if (node.kind === 'map') yield* fieldNames(node.value)
  if (node.kind === 'list') yield* fieldNames(node.element)
}

/** Settings of ours that are named after what they set. */
const OURS = ['sourceRange', 'certResolver']

test('no field name of Traefik stands in a built-in plugin: they come from the schema', () => {
  // One-word names (`rule`, `port`) are words of English, too.
  const names = [...new Set(fieldNames(configuration))].filter(
    (name) => /[a-z][A-Z]/.test(name) && !OURS.includes(name),
  )
  const found = readdirSync(plugins).flatMap((plugin) =>
    readdirSync(new URL(`${plugin}/src/`, plugins))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .flatMap((file) => {
        const text = readFileSync(new URL(`${plugin}/src/${file}`, plugins), 'utf8')
        return names
          .filter((name) => new RegExp(`\\b${name}\\b`).test(text))
          .map((name) => `${plugin}/${file}: ${name}`)
      }),
  )
  expect(names.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})
