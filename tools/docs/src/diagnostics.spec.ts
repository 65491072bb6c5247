import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const root = new URL('../../../', import.meta.url)

function* sources(folder: string): Iterable<string> {
  for (const entry of readdirSync(new URL(folder, root), { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue
    if (entry.isDirectory()) yield* sources(`${folder}${entry.name}/`)
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts')) yield `${folder}${entry.name}`
  }
}

/** Codes of diagnostics: the only texts in these sources that look like this. Error codes of Node have no underscore. */
const CODE = /'([A-Z]+(?:_[A-Z]+)+)'/g
/** Of Node, of dockerode: not ours. */
const FOREIGN = /^(ERR|HPE|MODULE)_/

test('every diagnostic is explained in docs/diagnostics.md, and nothing else is', () => {
  const said = new Set<string>()
  for (const folder of [
    'libs/kernel/src/',
    'libs/docker/src/',
    'libs/plugin-api/src/',
    'libs/assembly/src/',
    'libs/port-routes/src/',
    'libs/traefik/src/',
    'libs/plugins/',
    'apps/renet/src/check/',
  ])
    for (const source of sources(folder))
      for (const [, code] of readFileSync(new URL(source, root), 'utf8').matchAll(CODE))
        if (code !== undefined && !FOREIGN.test(code)) said.add(code)
  const rows = [
    ...readFileSync(new URL('docs/diagnostics.md', root), 'utf8').matchAll(/^\| <a id="(\w+)"><\/a>`([A-Z_]+)` \|/gm),
  ]
  expect(rows.map(([, , code]) => code).sort()).toEqual([...said].sort())
  for (const [, anchor, code] of rows) expect(anchor).toBe(code?.toLowerCase())
})
