import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { intercepted } from '@route-server/disk/testing'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { NetworkId } from '@route-server/plugin-api'
import { adopt, findRepositoryFile, keepSlots, readRepository, releaseSlot } from './repository-file.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'repository-'))
  file = join(folder, '.rediacc.json')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const text = (): string => readFileSync(file, 'utf8')
const slots = (given: ReadonlyMap<string, number>): Record<string, number> => Object.fromEntries(given)

test('the first services get the lowest slots, and keep them', async () => {
  expect(slots(await keepSlots(file, ['api', 'web']))).toEqual({ api: 0, web: 1 })
  expect(text()).toBe(`{
  "services": {
    "api": {
      "slot": 0
    },
    "web": {
      "slot": 1
    }
  }
}
`)
  expect(slots(await keepSlots(file, ['admin', 'web']))).toEqual({ api: 0, web: 1, admin: 2 })
})

test('a released slot is the next one given; nobody else moves', async () => {
  await keepSlots(file, ['a', 'b', 'c'])
  expect(slots(await releaseSlot(file, 'b'))).toEqual({ a: 0, c: 2 })
  expect(slots(await keepSlots(file, ['d', 'e']))).toEqual({ a: 0, c: 2, d: 1, e: 3 })
  await expect(releaseSlot(file, 'b')).rejects.toThrow(`${file}: no slot is kept for \`b\`. It has: a, c, d, e.`)
})

test('what else is in the file stays as it is, in its order and indentation', async () => {
  writeFileSync(
    file,
    '{\n\t"note": {"b": 1, "2": true, "a": [1,2]},\n\t"services": {\n\t\t"web": {"team": "x", "slot": 7},\n\t\t"old": {"team": "y"}\n\t},\n\t"networkId": 2816\n}\n',
  )
  expect(slots(await keepSlots(file, ['old', '9to5']))).toEqual({ web: 7, old: 0, '9to5': 1 })
  expect(text()).toBe(
    '{\n\t"note": {"b": 1, "2": true, "a": [1,2]},\n\t"services": {\n\t\t"web": {"team": "x", "slot": 7},\n\t\t"old": {\n\t\t\t"team": "y",\n\t\t\t"slot": 0\n\t\t},\n\t\t"9to5": {\n\t\t\t"slot": 1\n\t\t}\n\t},\n\t"networkId": 2816\n}\n',
  )
  await releaseSlot(file, 'web')
  expect(readRepository(file)).toEqual({
    networkId: 2816,
    slots: new Map([
      ['old', 0],
      ['9to5', 1],
    ]),
  })
  expect(text()).toContain('"team": "x"')
})

test('a 62nd service is refused with what to do', async () => {
  const many = Array.from({ length: 61 }, (_, i) => `s${i}`)
  await keepSlots(file, many)
  const before = text()
  await expect(keepSlots(file, ['one-more'])).rejects.toThrow(
    `${file}: a repository has 61 slots, 61 are taken, and 1 more are needed (one-more). Release the slots of services that are gone for good: renet slots release s0 s1 s2 …`,
  )
  expect(text()).toBe(before)
})

describe('a damaged file', () => {
  const damages: readonly (readonly [text: string, message: string])[] = [
    ['', '1:1: this is not valid JSON (value expected)'],
    ['{\n  "services": {\n    "api": { "slot": 0 \n', '4:1: this is not valid JSON (close brace expected)'],
    ['{\n  // mine\n  "a": 1\n}', '2:3: this is not valid JSON (invalid comment token)'],
    ['[]', '1:1: expected a mapping'],
    ['{\n "services": []\n}', '2:14: services: expected a mapping, got a list.'],
    ['{"services":{"a":3}}', '1:18: services.a: expected a mapping, got 3.'],
    ['{"services":{"a":{"slot":61}}}', '1:26: services.a.slot: expected a whole number from 0 to 60, got 61.'],
    ['{"services":{"a":{"slot":"1"}}}', '1:26: services.a.slot: expected a whole number from 0 to 60, got "1".'],
    ['{"services":{"a":{"slot":1},\n"b":{"slot":1}}}', '2:13: services.b.slot: 1 is the slot of `a`, too.'],
    ['{"services":{"a":{"slot":1},"a":{"slot":2}}}', '1:29: the key "a" is here a second time'],
    ['{"networkId": 100}', '1:15: networkId: expected a multiple of 64 from 64 to 16777152, got 100.'],
  ]
  test.each(damages)('%j', async (damaged, message) => {
    writeFileSync(file, damaged)
    await expect(keepSlots(file, ['new'])).rejects.toThrow(`${file}:${message}`)
    expect(text()).toBe(damaged)
  })
})

test.each(['open file', 'write', 'sync file', 'rename'])('nothing is lost where the disk fails at: %s', async (at) => {
  await keepSlots(file, ['api'])
  const before = text()
  const broken = intercepted(async (name, _path, perform) => {
    if (name === at) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    await perform()
  })
  await expect(keepSlots(file, ['web'], broken)).rejects.toThrow(
    /the slots can't be kept: ENOSPC.*The file is as it was\./,
  )
  expect(text()).toBe(before)
  expect(slots(await keepSlots(file, ['web']))).toEqual({ api: 0, web: 1 })
})

test('several processes at once give every service a slot of its own', async () => {
  const program = join(folder, 'child.mjs')
  const esbuild = fileURLToPath(new URL('../../../node_modules/esbuild/bin/esbuild', import.meta.url))
  const source = fileURLToPath(new URL('testing/child.ts', import.meta.url))
  execFileSync(process.execPath, [
    esbuild,
    source,
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--conditions=@route-server/source',
    '--alias:jsonc-parser=jsonc-parser/lib/esm/main.js',
    `--outfile=${program}`,
    '--log-level=warning',
  ])
  const names = ['a', 'b', 'c'].map((letter) => Array.from({ length: 6 }, (_, i) => `${letter}${i}`))
  const children = names.map((own) => spawn(process.execPath, [program, file, ...own], { stdio: 'inherit' }))
  const exits = await Promise.all(children.map((child) => once(child, 'exit')))
  expect(exits.map(([code]: unknown[]) => code)).toEqual([0, 0, 0])
  const kept = readRepository(file).slots
  expect([...kept.keys()].sort()).toEqual(names.flat().sort())
  expect([...kept.values()].sort((a, b) => a - b)).toEqual(names.flat().map((_, i) => i))
})

test('the file keeps its permissions, and the helpers beside it are nothing to git', async () => {
  writeFileSync(file, '{}\n')
  chmodSync(file, 0o664)
  await keepSlots(file, ['api'])
  expect(statSync(file).mode & 0o777).toBe(0o664)
  expect(readdirSync(folder).sort()).toEqual(['.rediacc', '.rediacc.json'])
  expect(readFileSync(join(folder, '.rediacc/.gitignore'), 'utf8')).toBe('*\n')
})

test('the nearest file above counts', () => {
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  expect(findRepositoryFile(join(folder, 'a/b'))).toBeUndefined()
  writeFileSync(file, '{}')
  expect(findRepositoryFile(join(folder, 'a/b'))).toBe(file)
  writeFileSync(join(folder, 'a/.rediacc.json'), '{}')
  expect(findRepositoryFile(join(folder, 'a/b'))).toBe(join(folder, 'a/.rediacc.json'))
})

test('a link is not followed where root adopts a network: a container may have made it', async () => {
  const networkId = 2816 as NetworkId
  const elsewhere = join(folder, 'elsewhere.json')
  writeFileSync(elsewhere, '{}')
  const linked = mkdtempSync(join(folder, 'linked-'))
  symlinkSync(elsewhere, join(linked, '.rediacc.json'))
  await expect(adopt(join(linked, '.rediacc.json'), { networkId })).rejects.toThrow('this is a link')
  expect(readFileSync(elsewhere, 'utf8')).toBe('{}')
  const locks = mkdtempSync(join(folder, 'locks-'))
  symlinkSync(linked, join(locks, '.rediacc'))
  await expect(adopt(join(locks, '.rediacc.json'), { networkId })).rejects.toThrow('.rediacc: this is a link')
})

test('a network and slots are adopted; nobody loses a slot, and what differs is told', async () => {
  const file = join(folder, 'adopted.json')
  const networkId = 2816 as NetworkId
  expect(await adopt(file, { networkId, slots: new Map([['api', 3]]) })).toEqual([])
  expect(readRepository(file)).toEqual({ networkId, slots: new Map([['api', 3]]) })
  const told = await adopt(file, { networkId, slots: new Map([['api', 0], ['web', 3], ['db', 1]]) }) // prettier-ignore
  expect(told).toEqual(['api', 'web'])
  expect(readRepository(file).slots).toEqual(new Map([['api', 3], ['db', 1]])) // prettier-ignore
  await adopt(file, { networkId: 2880 })
  expect(readRepository(file)).toMatchObject({ networkId: 2880 })
})
