import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { renetReference } from './renet.ts'

test('docs/renet.md is what the commands say; `npm run docs` writes it anew', () => {
  expect(readFileSync(new URL('../../../docs/renet.md', import.meta.url), 'utf8')).toBe(renetReference())
})
