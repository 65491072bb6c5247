import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const root = new URL('../../../', import.meta.url).pathname

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'circles-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What lint says to these files, by its configuration. */
function lint(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return spawnSync('npx', ['oxlint', '-c', join(root, '.oxlintrc.json'), folder], { cwd: root, encoding: 'utf8' })
    .stdout
}

const B = "import type { A } from './a.ts'\nexport interface B { readonly a: A }\n"

test('files that import one another are refused, types alone included', () => {
  expect(lint({ 'a.ts': "import type { B } from './b.ts'\nexport type A = B | string\n", 'b.ts': B })).toContain(
    'no-cycle',
  )
})

test('files that do not are not', () => {
  expect(lint({ 'a.ts': 'export type A = string\n', 'b.ts': B })).toContain('0 errors')
})
