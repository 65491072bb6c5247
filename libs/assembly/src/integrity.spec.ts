import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { integrityOf } from './integrity.ts'

const folder = mkdtempSync(join(tmpdir(), 'integrity-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const shell = (command: string): string => execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).trim()

/** The commands of docs/operating.md. */
const BASE64 = 'openssl dgst -sha512 -binary | base64 -w0'

describe('what a plugin is pinned by', () => {
  test('of a file is the hash of its bytes', () => {
    writeFileSync(join(folder, 'one.mjs'), 'export const plugin = {}\n')
    expect(integrityOf(join(folder, 'one.mjs'))).toBe(`sha512-${shell(`cat one.mjs | ${BASE64}`)}`)
  })

  test('of a folder is that of what sha512sum says of all its files, in the order of their bytes', () => {
    mkdirSync(join(folder, 'package/lib/node_modules/a'), { recursive: true })
    for (const name of ['b.js', 'B.js', 'é.js', 'lib.js', 'lib/x.js', 'lib/node_modules/a/index.js'])
      writeFileSync(join(folder, 'package', name), name)
    const printed = shell(`cd package && find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha512sum | ${BASE64}`)
    expect(integrityOf(join(folder, 'package'))).toBe(`sha512-${printed}`)
  })

  test('changes with a name, a content, a file more, and where a link leads', () => {
    const path = join(folder, 'linked')
    mkdirSync(path)
    const seen = new Set([integrityOf(path)])
    const change = (make: () => void): void => {
      make()
      const { size } = seen
      expect(seen.add(integrityOf(path)).size).toBe(size + 1)
    }
    change(() => writeFileSync(join(path, 'a'), '1'))
    change(() => writeFileSync(join(path, 'a'), '2'))
    change(() => writeFileSync(join(path, 'b'), '2'))
    change(() => symlinkSync('/elsewhere', join(path, 'c')))
    change(() => (rmSync(join(path, 'c')), symlinkSync('/other', join(path, 'c'))))
  })
})
