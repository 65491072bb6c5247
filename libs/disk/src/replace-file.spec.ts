import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { REAL } from './file-system.ts'
import { removeFile, replaceFile, syncFile } from './replace-file.ts'
import { intercepted, refusing } from './testing/broken-disk.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replace-'))
  path = join(folder, 'claims.json')
  writeFileSync(path, 'old')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('replacing a file', () => {
  test('writes and syncs another one before it takes the name, then syncs the folder', async () => {
    const done: string[] = []
    const fs = intercepted((name, at, perform) => {
      done.push(`${name} ${at.slice(folder.length).replace(/[0-9a-f]{12}/, '*')}`)
      return perform()
    })
    await replaceFile(path, ['new'], fs)
    await removeFile(path, fs)
    const folderSynced = ['open folder ', 'sync folder ', 'close folder ']
    expect(done).toEqual([
      'open file /claims.json.*.new',
      'write /claims.json.*.new',
      'sync file /claims.json.*.new',
      'close file /claims.json.*.new',
      'rename /claims.json',
      ...folderSynced,
      'unlink /claims.json',
      ...folderSynced,
    ])
  })

  test('makes it private', async () => {
    await replaceFile(
      path,
      ['n', 'e', 'w'],
      intercepted((_, __, perform) => perform()),
    )
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o600])
  })

  test.each(['open file', 'write', 'sync file', 'close file', 'rename'])(
    'that fails at %s leaves the old one, and nothing else',
    async (name) => {
      const { fs, refuse } = refusing()
      refuse('EIO', [name])
      await expect(replaceFile(path, ['new'], fs)).rejects.toMatchObject({ code: 'EIO' })
      expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old', ['claims.json']])
    },
  )

  test('fails when the folder can not be synced, because the new name may be lost', async () => {
    const { fs, refuse } = refusing()
    refuse('EIO', ['sync folder'])
    await expect(replaceFile(path, ['new'], fs)).rejects.toMatchObject({ code: 'EIO' })
  })
})

test('a piece is asked for when the one before is written', async () => {
  const done: string[] = []
  const fs = intercepted((name, _, perform) => {
    if (name === 'write') done.push(name)
    return perform()
  })
  function* pieces(): Iterable<string> {
    for (const piece of ['n', 'e', 'w']) {
      done.push(piece)
      yield piece
    }
  }
  await replaceFile(path, pieces(), fs)
  expect(done).toEqual(['n', 'write', 'e', 'write', 'w', 'write'])
})

test('adding to a file adds to one that is there, and to no other', async () => {
  REAL.appendSync(path, 'er, ä')
  await syncFile(path, REAL)
  expect(readFileSync(path, 'utf8')).toBe('older, ä')
  expect(() => REAL.appendSync(`${path}.gone`, 'x')).toThrow('ENOENT')
})

test('removing a file that is gone is no failure', async () => {
  rmSync(path)
  await removeFile(
    path,
    intercepted((_, __, perform) => perform()),
  )
})
