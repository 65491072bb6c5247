import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { INTENDED } from './intended.ts'
import { REWRITINGS } from './rewrite.ts'

const headings =
  readFileSync(join(import.meta.dirname, '../../../docs/differences.md'), 'utf8').match(/^## .+$/gm) ?? []

test('docs/differences.md explains every intended difference under its name, and no other', () => {
  const names = [...INTENDED, ...REWRITINGS].map(({ name }) => `## ${name}`)
  expect([...headings].sort()).toEqual([...new Set(names)].sort())
})
