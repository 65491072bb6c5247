import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { FIELDS } from './fields.ts'
import type { Field } from './fields.ts'
import { WORLDS } from './worlds.ts'

/** Its tables are these modules' own. `UPDATE_GOLDEN=1` writes them anew. */
const file = new URL('../../../../docs/migrating.md', import.meta.url)

const placeOf = ({ part, path }: Field): string => {
  if (part === 'router') return `routers.{name}.${path}`
  return part === 'service' ? `services.{name}.${path}` : `middlewares.{name}-${part}.${path}`
}

/** Those that are more than a value. */
const IN_WORDS: Readonly<Record<string, string>> = {
  'frontend.rule': '`routers.{name}.rule`, and a middleware for what the rule changed of a request',
  domain: '`routers.{name}.rule`, where there is no `frontend.rule`',
  backend: 'the name of the service',
}

function becomes(name: string, fields: readonly Field[]): string {
  const words = IN_WORDS[name]
  if (words !== undefined) return words
  const places = fields.filter(({ path }) => path !== '').map((field) => `\`${placeOf(field)}\``)
  if (places.length > 0) return places.join(' or ')
  const reading = fields[0]?.read('true', '', new Map())
  return reading && 'reason' in reading ? reading.reason : ''
}

const legacyTable = [
  '| `traefik.…` | `traefik.http.…` |',
  '|---|---|',
  ...Object.entries(FIELDS).map(([name, fields]) => `| \`${name}\` | ${becomes(name, fields)} |`),
]

const worldsTable = [
  '| | labels | instead |',
  '|---|---|---|',
  ...WORLDS.map(({ world, labels, wayOver }) => {
    const beginnings = labels.map((label) => `\`${label}${/[._]$/.test(label) ? '*' : ''}\``)
    return `| ${world} | ${beginnings.join(', ')} | ${wayOver} |`
  }),
]

/** The document with each table, below its heading, replaced. */
const rewritten = (text: string): string =>
  [['## What each label of Traefik 1 becomes', legacyTable] as const, ['## Other tools', worldsTable] as const].reduce(
    (document, [heading, table]) => {
      const start = document.indexOf('\n|', document.indexOf(`${heading}\n`)) + 1
      const end = document.indexOf('\n\n', start)
      return `${document.slice(0, start)}${table.join('\n')}${end < 0 ? '\n' : document.slice(end)}`
    },
    text,
  )

test('docs/migrating.md has every label and every tool', () => {
  const text = readFileSync(file, 'utf8')
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, rewritten(text))
  expect(readFileSync(file, 'utf8')).toBe(rewritten(text))
})
