import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { lifetimeOf } from './lifetime.ts'
import { withLock } from './lock.ts'

let folder: string
let program: string
let path: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  program = join(folder, 'child.mjs')
  const esbuild = fileURLToPath(new URL('../../../node_modules/esbuild/bin/esbuild', import.meta.url))
  const source = fileURLToPath(new URL('testing/lock-child.ts', import.meta.url))
  execFileSync(process.execPath, [
    esbuild,
    source,
    '--bundle',
    '--platform=node',
    '--format=esm',
    `--outfile=${program}`,
    '--log-level=warning',
  ])
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let count = 0
beforeEach(() => {
  count += 1
  path = join(folder, `numbers-${count}`)
  writeFileSync(path, '0')
})

const start = (...args: readonly (string | number)[]): ChildProcess =>
  spawn(process.execPath, [program, ...args.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })

async function killedHolder(): Promise<void> {
  const holder = start('hang', path)
  if (holder.stdout) await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
}

const lockFiles = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith(`.numbers-${count}.`))

test('many processes at once lose nothing, and leave one small file', async () => {
  await Promise.all(Array.from({ length: 8 }, () => once(start('add', path, 25), 'exit')))
  expect(readFileSync(path, 'utf8')).toBe('200')
  expect(lockFiles()).toHaveLength(1)
}, 120_000)

test('many that are killed at work keep nobody waiting', async () => {
  for (let i = 0; i < 3; i += 1) await killedHolder()
  await Promise.all(Array.from({ length: 6 }, () => once(start('add', path, 5), 'exit')))
  expect(readFileSync(path, 'utf8')).toBe('30')
}, 120_000)

test('turns of one process follow one another', async () => {
  const order: string[] = []
  const work = (name: string) => () =>
    new Promise<void>((go) => {
      order.push(`${name} begins`)
      setImmediate(() => {
        order.push(`${name} ends`)
        go()
      })
    })
  await Promise.all([withLock(path, work('a')), withLock(path, work('b'))])
  expect(order.map((line) => line.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends'])
})

test("a turn ends with an error, too, which is the caller's", async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(withLock(path, () => Promise.resolve('yes'))).resolves.toBe('yes')
})

test('a living one is waited for, and named in the end', async () => {
  const holding = withLock(path, async () => {
    await expect(withLock(path, () => Promise.resolve(), { patience: 50 })).rejects.toThrow(
      `${path} is in use by process ${process.pid}, which doesn't come to an end.`,
    )
  })
  await holding
})

test('another process that got the number of a dead one is no owner', async () => {
  await withLock(path, () => Promise.resolve())
  const [file = ''] = lockFiles()
  writeFileSync(join(folder, file), `${hostname()}\n${process.pid}\n${lifetimeOf(process.pid) ?? ''}0\n`)
  await expect(withLock(path, () => Promise.resolve('taken over'))).resolves.toBe('taken over')
})

test('one of another computer is believed', async () => {
  await withLock(path, () => Promise.resolve())
  const [file = ''] = lockFiles()
  writeFileSync(join(folder, file), `elsewhere\n${process.pid}\nx\n`)
  await expect(withLock(path, () => Promise.resolve(), { patience: 0 })).rejects.toThrow(
    `process ${process.pid} on elsewhere`,
  )
})
