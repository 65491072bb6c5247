import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { builtInPlugins } from './plugins.ts'

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const names = builtInPlugins.map(({ name }) => name)

describe('the built-in plugins', () => {
  test('are the folders of libs/plugins', () => {
    expect([...names].sort()).toEqual(readdirSync(new URL('libs/plugins/', root)).sort())
  })

  test('are the rows of the table in docs/operating.md', () => {
    const rows = [...read('docs/operating.md').matchAll(/^\| `([a-z-]+)` \| built-in/gm)].map(([, name]) => name)
    expect(rows).toEqual(names)
  })

  test('have a README each', () => {
    for (const name of names) expect(read(`libs/plugins/${name}/README.md`)).toContain(name)
  })
})
