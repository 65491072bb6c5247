import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openDirectory } from './directory.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'))
  path = join(folder, 'state')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const mode = (): number => statSync(path).mode & 0o7777
const open = (chosen = true) => openDirectory(path, { chosen })
const asRoot = process.geteuid?.() === 0 ? test : test.skip

describe('the state directory', () => {
  test('is made, for this user alone', () => {
    expect(open()).toEqual([])
    expect(mode()).toBe(0o700)
  })

  test('may be there already', () => {
    open()
    expect([open(true), open(false)]).toEqual([[], []])
  })

  test('is made with its parents where nobody chose it', () => {
    path = join(folder, 'a', 'b')
    open(false)
    expect(statSync(path).isDirectory()).toBe(true)
  })

  test('is refused in one sentence when its parent is missing, probably a typing mistake', () => {
    path = join(folder, 'a', 'b')
    expect(() => open()).toThrow(
      `The state directory ${path} can't be made: the folder ${join(folder, 'a')} doesn't exist. Choose another with --state-dir.`,
    )
  })

  test.each([
    ['a file is in its place', () => writeFileSync(path, ''), 'there is a file in its place'],
    ['a link to nowhere is in its place', () => symlinkSync('nowhere', path), 'there is a file in its place'],
    [
      'a part of its path is a file',
      () => {
        writeFileSync(path, '')
        path = join(path, 'a')
      },
      'a part of the path is a file',
    ],
  ])('is refused when %s', (_, make, why) => {
    make()
    expect(() => open()).toThrow(`The state directory ${path} can't be made: ${why}.`)
  })

  test('may be readable by others, because what is in it is not', () => {
    mkdirSync(path)
    chmodSync(path, 0o755)
    expect([open(), mode()]).toEqual([[], 0o755])
  })

  test('is made private when others can write to it, and that is said', () => {
    mkdirSync(path)
    writeFileSync(join(path, 'claims.json'), '{}')
    chmodSync(path, 0o775)
    expect(open()).toEqual([
      `The state directory ${path} could be written to by other users (mode 775); it is private now (mode 700).`,
    ])
    expect(mode()).toBe(0o700)
  })

  test.each([
    ['everybody puts files there', 0o1777, []],
    ['it holds other things', 0o777, ['other.txt']],
  ])('is refused, and left as it is, when others can write to it and %s', (_, bits, names) => {
    mkdirSync(path)
    for (const name of names) writeFileSync(join(path, name), '')
    chmodSync(path, bits)
    expect(() => open()).toThrow(
      `The state directory ${path} can be written to by other users (mode ${bits.toString(8)}), who could change claims. ` +
        'Choose a folder that is only for it with --state-dir.',
    )
    expect(mode()).toBe(bits)
  })

  asRoot('is refused when it belongs to another user', () => {
    open()
    chownSync(path, 65_534, 65_534)
    expect(() => open()).toThrow(
      `The state directory ${path} belongs to the user with the ID 65534, who could change claims and read secrets.`,
    )
  })
})
