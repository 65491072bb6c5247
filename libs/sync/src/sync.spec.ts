import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readFileSync,
  existsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import {
  apply,
  collect,
  packed,
  planFor,
  planSync,
  readRecord,
  stillAgreed,
  writeRecord,
  type Entries,
} from './index.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sync-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
function tree(files: Readonly<Record<string, string>>): string {
  count += 1
  const root = join(folder, String(count))
  mkdirSync(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode: 0o644 })
  }
  return root
}
const names = async (root: string): Promise<readonly string[]> => Object.keys(await collect(root))

/** One whole way: plan, pack, unpack, apply, record. */
async function sync(here: string, there: string, record: string): Promise<ReturnType<typeof planSync>> {
  const entries = await collect(here)
  const before = await readRecord(record)
  const plan = await planFor(there, entries, before)
  const incoming = mkdtempSync(join(folder, 'incoming-'))
  execFileSync('tar', ['-xzf', '-', '-C', incoming, '-p'], { input: await buffer(packed(here, entries, plan.send)) })
  await writeRecord(record, { ...before, sending: [...before.sending, entries] })
  await apply({ incoming, folder: there, entries, ...plan })
  await writeRecord(record, { sent: entries, sending: [] })
  return plan
}

describe('what is sent', () => {
  test('everything but git and what a repository keeps for itself', async () => {
    const root = tree({
      'compose.yaml': '',
      Rediaccfile: '',
      '.env': '',
      'src/a.js': '',
      '.git/HEAD': '',
      '.rediacc/lock': '',
      '.rediacc.json': '{}',
    })
    expect(await names(root)).toEqual(['.env', 'Rediaccfile', 'compose.yaml', 'src/a.js'])
  })

  test('without what .rediaccignore names', async () => {
    const root = tree({
      'compose.yaml': '',
      'data/x': '',
      'a.log': '',
      'keep.log': '',
      '.rediaccignore': 'data\n*.log\n!keep.log\n',
      '.dockerignore': 'compose.yaml',
    })
    expect(await names(root)).toEqual(['.dockerignore', '.rediaccignore', 'compose.yaml', 'keep.log'])
  })

  test('without what .dockerignore names, but with what is needed to run', async () => {
    const root = tree({
      'compose.yaml': '',
      Rediaccfile: '',
      '.env': '',
      Dockerfile: '',
      'node_modules/a': '',
      '.dockerignore': 'node_modules\ncompose*\n.env\nRediaccfile\nDockerfile\n',
    })
    expect(await names(root)).toEqual(['.dockerignore', '.env', 'Dockerfile', 'Rediaccfile', 'compose.yaml'])
  })

  test('a link that leads nowhere on the machine is told', async () => {
    const root = tree({ a: '' })
    symlinkSync('a', join(root, 'b'))
    expect(await collect(root)).toMatchObject({ b: { link: 'a' } })
    symlinkSync('/etc/hosts', join(root, 'c'))
    await expect(collect(root)).rejects.toThrow('c: it is a link to /etc/hosts')
  })
})

describe('the way there', () => {
  test('sends what changed, removes what is gone, and leaves what came into being there', async () => {
    const here = tree({ 'compose.yaml': 'one', 'bin/run': '#!/bin/sh', 'old/file': 'x' })
    chmodSync(join(here, 'bin/run'), 0o755)
    const there = tree({ 'data/postgres/base': 'rows' })
    const record = join(folder, 'record-1')
    expect((await sync(here, there, record)).send).toEqual(['bin/run', 'compose.yaml', 'old/file'])
    expect(await sync(here, there, record)).toEqual({ send: [], remove: [], conflicts: [] })

    writeFileSync(join(here, 'compose.yaml'), 'two')
    rmSync(join(here, 'old'), { recursive: true })
    expect(await sync(here, there, record)).toEqual({ send: ['compose.yaml'], remove: ['old/file'], conflicts: [] })
    expect(readFileSync(join(there, 'compose.yaml'), 'utf8')).toBe('two')
    expect(existsSync(join(there, 'old'))).toBe(false)
    expect(readFileSync(join(there, 'data/postgres/base'), 'utf8')).toBe('rows')
  })

  test('what was changed or made there is told, not overwritten', async () => {
    const here = tree({ a: '1', b: '1' })
    const there = tree({ b: 'its own' })
    const record = join(folder, 'record-2')
    expect(await sync(here, there, record)).toMatchObject({ send: ['a'], conflicts: [{ path: 'b', why: 'foreign' }] })
    writeFileSync(join(there, 'a'), 'changed')
    writeFileSync(join(here, 'a'), '2')
    expect((await sync(here, there, record)).conflicts).toContainEqual({ path: 'a', why: 'changed' })
    expect(readFileSync(join(there, 'a'), 'utf8')).toBe('changed')
  })

  test('a folder that was made a link there leads nowhere', async () => {
    const here = tree({ 'data/passwd': 'root' })
    const there = tree({})
    const elsewhere = tree({})
    symlinkSync(elsewhere, join(there, 'data'))
    await expect(sync(here, there, join(folder, 'record-3'))).rejects.toThrow('on the machine, data is no folder')
    expect(existsSync(join(elsewhere, 'passwd'))).toBe(false)
  })

  test('a file may become a folder, and a folder a file; what came into being in it stays', async () => {
    const here = tree({ a: 'file', 'b/c/d': 'in a folder' })
    const there = tree({})
    const record = join(folder, 'record-4')
    await sync(here, there, record)
    rmSync(join(here, 'a'))
    rmSync(join(here, 'b'), { recursive: true })
    mkdirSync(join(here, 'a'))
    writeFileSync(join(here, 'a/x'), 'in a folder')
    writeFileSync(join(here, 'b'), 'file')
    await sync(here, there, record)
    expect([readFileSync(join(there, 'a/x'), 'utf8'), readFileSync(join(there, 'b'), 'utf8')]).toEqual([
      'in a folder',
      'file',
    ])

    writeFileSync(join(there, 'a/data'), 'rows')
    rmSync(join(here, 'a'), { recursive: true })
    writeFileSync(join(here, 'a'), 'file')
    await expect(sync(here, there, record)).rejects.toThrow('on the machine it is a folder, with a/data in it')
    expect([readFileSync(join(there, 'a/x'), 'utf8'), readFileSync(join(there, 'a/data'), 'utf8')]).toEqual([
      'in a folder',
      'rows',
    ])
  })

  test('an empty folder where a file has to be is told before anything is done', async () => {
    const here = tree({ 'a/b': '1', c: '1' })
    const there = tree({})
    const record = join(folder, 'record-6')
    await sync(here, there, record)
    mkdirSync(join(there, 'a/cache'))
    rmSync(join(here, 'a'), { recursive: true })
    writeFileSync(join(here, 'a'), 'file')
    await expect(sync(here, there, record)).rejects.toThrow('it is a folder, with a/cache in it')
    expect(existsSync(join(there, 'a/b'))).toBe(true)
  })

  test('a link to a folder may become a folder', async () => {
    const here = tree({ 'conf.prod/x': '1' })
    symlinkSync('conf.prod', join(here, 'conf'))
    const there = tree({})
    const record = join(folder, 'record-7')
    await sync(here, there, record)
    rmSync(join(here, 'conf'))
    mkdirSync(join(here, 'conf'))
    writeFileSync(join(here, 'conf/x'), '1', { mode: 0o644 })
    expect(await sync(here, there, record)).toEqual({ send: ['conf/x'], remove: ['conf'], conflicts: [] })
    expect(readFileSync(join(there, 'conf/x'), 'utf8')).toBe('1')
  })

  test('one that was cut off, however often, makes no conflict', async () => {
    const here = tree({ a: '1', b: '1' })
    const there = tree({})
    const record = join(folder, 'record-5')
    await sync(here, there, record)
    for (const text of ['2', '3']) {
      for (const name of ['a', 'b']) writeFileSync(join(here, name), text)
      const entries = await collect(here)
      const before = await readRecord(record)
      await writeRecord(record, { ...before, sending: [...before.sending, entries] })
      // Only one of the two is there when it ends.
      writeFileSync(join(there, text === '2' ? 'a' : 'b'), text)
    }
    for (const name of ['a', 'b']) writeFileSync(join(here, name), '4')
    expect(await sync(here, there, record)).toEqual({ send: ['a', 'b'], remove: [], conflicts: [] })
  })

  test("a link that takes a folder's place at the last moment is not followed", async () => {
    const there = tree({ 'data/x': '1' })
    const elsewhere = tree({ x: 'mine' })
    rmSync(join(there, 'data'), { recursive: true })
    symlinkSync(elsewhere, join(there, 'data'))
    const arrived = { incoming: tree({}), folder: there, entries: {}, send: [] }
    await expect(apply({ ...arrived, remove: ['data/x'] })).rejects.toThrow('on the machine, data is no folder')
    expect(readFileSync(join(elsewhere, 'x'), 'utf8')).toBe('mine')
  })

  test('what was agreed to is done, less of it too, and nothing else', () => {
    const plan = { send: ['a', 'b'], remove: ['c'], conflicts: [{ path: 'd', why: 'changed' as const }] }
    expect(stillAgreed(plan, plan)).toBe(plan)
    const less = { send: ['a'], remove: [], conflicts: [] }
    expect(stillAgreed(plan, less)).toBe(less)
    for (const more of [
      { ...less, send: ['e'] },
      { ...less, remove: ['a'] },
      { ...less, conflicts: [{ path: 'b', why: 'changed' as const }] },
    ])
      expect(stillAgreed(plan, more)).toBeUndefined()
  })

  test('a path that leads out of the repository is refused', async () => {
    const arrived = { incoming: folder, folder, entries: {}, remove: [] }
    for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a//b', './a'])
      await expect(apply({ ...arrived, send: [path] })).rejects.toThrow('leads out')
  })

  test('who reads the archive may stop', async () => {
    const here = tree({ a: 'x'.repeat(1e6) })
    const archive = packed(here, await collect(here), ['a'])
    archive.destroy()
    await new Promise((resolve) => archive.once('close', resolve))
  })

  test('a file that changed while it was sent is put nowhere', async () => {
    const here = tree({ a: '1' })
    const there = tree({})
    const entries = await collect(here)
    await expect(
      apply({ incoming: tree({ a: 'other' }), folder: there, entries, send: ['a'], remove: [] }),
    ).rejects.toThrow("didn't arrive")
    expect(existsSync(join(there, 'a'))).toBe(false)
  })
})

const contentOf = (entries: Entries, path: string): string | undefined => {
  const entry = entries[path]
  return entry && 'sha256' in entry ? entry.sha256 : undefined
}

test('whatever the three are: after it what is here is there, or is told; nothing else of there is touched', () => {
  const entry = fc.constantFrom('1', '2', '3').map((sha256) => ({ sha256, mode: 0o644, bytes: 1 }))
  const entries: fc.Arbitrary<Entries> = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), entry)
  fc.assert(
    fc.property(entries, entries, entries, (here, sent, there) => {
      const { send, remove, conflicts } = planSync(here, { sent, sending: [] }, there)
      for (const path of Object.keys(here))
        expect(
          [
            send.includes(path),
            conflicts.some((one) => one.path === path),
            contentOf(there, path) === contentOf(here, path),
          ].filter(Boolean),
        ).toHaveLength(1)
      for (const path of remove) expect([path in here, there[path]]).toEqual([false, sent[path]])
      for (const path of send) expect([undefined, contentOf(sent, path)]).toContain(contentOf(there, path))
    }),
  )
})
