import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { labelReference } from './labels.ts'

test('docs/labels.md is what the schema says; `npm run docs` writes it anew', () => {
  expect(readFileSync(new URL('../../../docs/labels.md', import.meta.url), 'utf8')).toBe(labelReference())
})
