import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStateDirectory } from './state-directory.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('the state directory', () => {
  test('is made, for this user alone', () => {
    openStateDirectory(join(folder, 'a'), { chosen: true })
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700)
  })

  test('may be there already', () => {
    openStateDirectory(folder, { chosen: true })
    openStateDirectory(folder, { chosen: false })
    expect(statSync(folder).isDirectory()).toBe(true)
  })

  test('is made with its parents where nobody chose it', () => {
    openStateDirectory(join(folder, 'a', 'b'), { chosen: false })
    expect(statSync(join(folder, 'a', 'b')).isDirectory()).toBe(true)
  })

  test('is refused in one sentence when its parent is missing, probably a typing mistake', () => {
    const missing = join(folder, 'a', 'b')
    expect(() => {
      openStateDirectory(missing, { chosen: true })
    }).toThrow(
      `The state directory ${missing} can't be made: the folder ${join(folder, 'a')} doesn't exist. Choose another with --state-dir.`,
    )
  })

  test('is refused when a file is in its place', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => {
      openStateDirectory(join(folder, 'file'), { chosen: true })
    }).toThrow('there is a file in its place')
  })
})
