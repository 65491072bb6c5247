import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { archiveOf } from './archive.ts'

let folder: string
let source: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'))
  source = join(folder, 'source')
  writeFileSync(source, 'x'.repeat(200_000))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('has texts, files and links, and tells of bytes as they are packed', async () => {
  let packed = 0
  const archive = archiveOf(async ({ text, file, link }) => {
    text('a/text', 'hello', 0o600)
    await file('a/file', source, { mode: 0o755, bytes: 200_000 }, (bytes) => (packed += bytes))
    link('a/link', 'text')
  })
  const listed = execFileSync('tar', ['-tvzf', '-'], { input: await buffer(archive), encoding: 'utf8' })
  expect(listed).toMatch(/^-rw------- .* 5 .* a\/text\n-rwxr-xr-x .* 200000 .* a\/file\nl.* a\/link -> text\n$/)
  expect(packed).toBe(200_000)
})

test('fails where a file has other than the bytes that were said', async () => {
  await expect(buffer(archiveOf(({ file }) => file('f', source, { mode: 0o644, bytes: 7 })))).rejects.toThrow()
  await expect(
    buffer(archiveOf(({ file }) => file('f', join(folder, 'none'), { mode: 0o644, bytes: 7 }))),
  ).rejects.toThrow('ENOENT')
})

test('whoever reads may stop, while small entries and large ones wait', async () => {
  const archive = archiveOf(async ({ text, file }) => {
    for (let n = 0; n < 50; n += 1) text(String(n), 'small', 0o644)
    await file('large', source, { mode: 0o644, bytes: 200_000 })
  })
  archive.destroy()
  await new Promise((resolve) => archive.once('close', resolve))
})
