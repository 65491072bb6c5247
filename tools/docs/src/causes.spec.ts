import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { CAUSES } from '@route-server/explain'

test('every cause of explain stands in docs/troubleshooting.md, and nothing else does', () => {
  const text = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code)
  expect(rows.sort()).toEqual(Object.keys(CAUSES).sort())
})
