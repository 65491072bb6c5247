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
  test('of a file is the hash of its bytes', async () => {
    writeFileSync(join(folder, 'one.mjs'), 'export const plugin = {}\n')
    expect(await integrityOf(join(folder, 'one.mjs'))).toBe(`sha512-${shell(`cat one.mjs | ${BASE64}`)}`)
  })

  test('of a folder is that of what sha512sum says of all its files, in the order of their bytes', async () => {
    mkdirSync(join(folder, 'package/lib/node_modules/a'), { recursive: true })
    for (const name of ['b.js', 'B.js', 'é.js', 'lib.js', 'lib/x.js', 'lib/node_modules/a/index.js'])
      writeFileSync(join(folder, 'package', name), name)
    const printed = shell(`cd package && find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha512sum | ${BASE64}`)
    expect(await integrityOf(join(folder, 'package'))).toBe(`sha512-${printed}`)
  })

  test('changes with a name, a content, a file more, and where a link leads', async () => {
    const path = join(folder, 'linked')
    mkdirSync(path)
    const seen = new Set([await integrityOf(path)])
    const change = async (make: () => void): Promise<void> => {
      make()
      const { size } = seen
      expect(seen.add(await integrityOf(path)).size).toBe(size + 1)
    }
    await change(() => writeFileSync(join(path, 'a'), '1'))
    await change(() => writeFileSync(join(path, 'a'), '2'))
    await change(() => writeFileSync(join(path, 'b'), '2'))
    await change(() => symlinkSync('/elsewhere', join(path, 'c')))
    await change(() => (rmSync(join(path, 'c')), symlinkSync('/other', join(path, 'c'))))
  })
})
