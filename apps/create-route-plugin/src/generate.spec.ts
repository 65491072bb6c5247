import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { filesOf, objectionTo, writeFiles } from './generate.ts'

const templates = join(import.meta.dirname, '../templates')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a plugin has its name everywhere, and files that npm would take for its own', () => {
  const files = filesOf(templates, 'my-protocol', '1.2.3')
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(['.gitignore', '.github/workflows/ci.yaml', 'README.md', 'cases/routed.yaml', 'index.js']),
  )
  for (const text of files.values()) expect(text).not.toMatch(/\{\{(?!\s)/)
  expect(JSON.parse(files.get('package.json') ?? '')).toMatchObject({
    name: 'route-plugin-my-protocol',
    dependencies: { '@route-server/plugin-api': '^1.2.3' },
  })
})

test('files are written into an empty folder, and into no other', () => {
  const files = new Map([['a/b.txt', 'hello']])
  writeFiles(join(folder, 'new'), files)
  expect(readFileSync(join(folder, 'new/a/b.txt'), 'utf8')).toBe('hello')
  writeFileSync(join(folder, 'mine'), '')
  expect(() => writeFiles(folder, files)).toThrow("isn't empty")
  expect(readdirSync(folder).sort()).toEqual(['mine', 'new'])
})

test.each(['my-protocol', 'grpc'])('%s is a name', (name) => {
  expect(objectionTo(name)).toBeUndefined()
})

test.each(['My', 'my_protocol', '../x', '', 'http', 'traefik'])('%j is none', (name) => {
  expect(objectionTo(name)).toMatch(/my-protocol|another name/)
})
