import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { explainAccess, groupName } from './access.ts'
import { folderUnreadable } from './messages.ts'

test('a group is called by its name, else by its number', () => {
  const groups = 'root:x:0:\ndocker:x:999:ann,bob\n'
  expect(groupName(999, groups)).toBe('docker')
  expect(groupName(7, groups)).toBe('7')
})

describe('what is refused is explained with user, group and cure', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'access-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('where the group may not use it, or is root, by another group', () => {
    chmodSync(folder, 0o700)
    const { user, group, cure } = explainAccess(folder)
    expect(cure).toContain(`chmod g+rx ${folder}`)
    const { message } = folderUnreadable(folder, 'EACCES')
    for (const part of [folder, `user ${user}`, `group ${String(group)}`, 'run it as root'])
      expect(message).toContain(part)
  })

  const asRoot = process.getuid?.() === 0 ? test : test.skip
  asRoot('where the group may, by joining it', () => {
    chmodSync(folder, 0o750)
    expect(explainAccess(folder).cure).not.toContain('usermod')
    chownSync(folder, 0, 12345)
    const { user, cure } = explainAccess(folder)
    expect(cure).toContain(`usermod -aG 12345 ${user}`)
  })
})

test('a path that cannot even be looked at is explained without its group', () => {
  expect(explainAccess('/nowhere/at/all').group).toBeUndefined()
})
