import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer as createHttpServer, request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { holdDirectory } from './hold.ts'
import { StateError } from './state-error.ts'
import { bundleChild, run, type Running } from './testing/run-child.ts'

let programs: string
let program: string
let folder: string
let path: string
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'state-programs-'))
  program = bundleChild(programs)
})
afterAll(() => {
  rmSync(programs, { recursive: true })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hold-'))
  path = join(folder, 'state')
  mkdirSync(path)
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const held = (pid: number | undefined = process.pid): string =>
  `The state directory ${path} is held by another route server (process ${pid}). Stop that one first, or choose another directory with --state-dir.`

async function listen(at: string): Promise<Server> {
  const server = createServer()
  await new Promise<void>((ready) => server.listen(at, ready))
  return server
}

const get = (socketPath: string): Promise<string> =>
  new Promise((done, failed) => {
    const asked = request({ socketPath, path: '/claims', agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => done(text))
    })
    asked.on('error', failed).end()
  })

describe('a directory that is held', () => {
  test('has a private socket that answers, for as long as it is held', async () => {
    const control = createHttpServer((_, answer) => answer.end('hello'))
    const release = await holdDirectory(path, control)
    const socket = join(path, 'control.sock')
    expect(await get(socket)).toBe('hello')
    expect(statSync(socket).mode & 0o777).toBe(0o600)
    await release()
    expect(readdirSync(path)).toEqual([])
    expect(control.listening).toBe(false)
  })

  test('is refused to the next one, who leaves nothing behind', async () => {
    const release = await holdDirectory(path, createServer())
    const before = readdirSync(path)
    const control = createServer()
    await expect(holdDirectory(path, control)).rejects.toEqual(new StateError(held()))
    expect(control.listening).toBe(false)
    expect(readdirSync(path)).toEqual(before)
    await release()
    const again = await holdDirectory(path, control)
    await again()
  })

  test('is refused to a process that came at the same moment, whoever is first', async () => {
    for (let times = 0; times < 20; times += 1) {
      const tries = await Promise.allSettled([1, 2, 3, 4].map(() => holdDirectory(path, createHttpServer())))
      const holders = tries.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
      expect(holders).toHaveLength(1)
      for (const outcome of tries)
        if (outcome.status === 'rejected') expect(outcome.reason).toEqual(new StateError(held()))
      await holders[0]?.()
    }
  })

  test('stays held when its socket was removed by hand, and is refused after a while', async () => {
    const release = await holdDirectory(path, createServer())
    rmSync(join(path, 'control.sock'))
    await expect(holdDirectory(path, createServer(), 50)).rejects.toThrow(
      `Another route server (process ${process.pid}) is starting in the state directory ${path} and gets no further.`,
    )
    await release()
  })

  test("isn't taken from another holder when it is released late", async () => {
    const release = await holdDirectory(path, createServer())
    rmSync(join(path, 'control.sock'))
    symlinkSync('control-1-abcdef.sock', join(path, 'control.sock'))
    await release()
    expect(readlinkSync(join(path, 'control.sock'))).toBe('control-1-abcdef.sock')
  })
})

describe('what dead processes left', () => {
  test('is removed, and the directory taken', async () => {
    const dead = await listen(join(path, 'a'))
    // Closing removes the name that it listened on; another name stays, and nobody listens there.
    for (const name of ['control-7-abcdef.sock', 'control-8-abcdef.new']) writeFileSync(join(path, name), '')
    renameSync(join(path, 'a'), join(path, 'control-9-abcdef.sock'))
    symlinkSync('control-9-abcdef.sock', join(path, 'control.sock'))
    await new Promise((closed) => dead.close(closed))
    expect(lstatSync(join(path, 'control-9-abcdef.sock')).isSocket()).toBe(true)

    const release = await holdDirectory(path, createServer())
    const names = readdirSync(path).sort()
    expect(names).toEqual([expect.stringMatching(`^control-${process.pid}-[0-9a-f]{6}.sock$`), 'control.sock'])
    await release()
  })

  test("doesn't hide a living one that nobody can reach by control.sock yet", async () => {
    // It comes first by name, so this process waits for it.
    const other = await listen(join(path, 'control-1-abcdef.sock'))
    const holding = holdDirectory(path, createServer())
    await new Promise((closed) => other.close(closed))
    await (
      await holding
    )()
  })

  test('in the place of control.sock is replaced, unless it is a folder', async () => {
    writeFileSync(join(path, 'control.sock'), '')
    await (
      await holdDirectory(path, createServer())
    )()
    mkdirSync(join(path, 'control.sock'))
    const control = createServer()
    await expect(holdDirectory(path, control)).rejects.toThrow('there is a folder in its place. Move that folder away.')
    expect([control.listening, readdirSync(path)]).toEqual([false, ['control.sock']])
  })
})

test('a path that is too long for a socket is refused in a sentence', async () => {
  const long = join(path, 'x'.repeat(100))
  await expect(holdDirectory(long, createServer())).rejects.toThrow(
    `The path of the state directory ${long} is too long for a socket in it: ${long.length} bytes, at most 79.`,
  )
})

test('of 20 processes at once exactly one holds it, again and again after each holder was killed', async () => {
  let waiting: readonly Running[] = Array.from({ length: 20 }, () => run(program, ['hold', path]))
  for (const running of waiting) expect(await running.next()).toBe('ready')
  while (waiting.length > 8) {
    for (const { child } of waiting) child.stdin?.write('go\n')
    const answers = await Promise.all(waiting.map(async (running) => ({ running, answer: await running.next() })))
    const holders = answers.filter(({ answer }) => answer === 'held').map(({ running }) => running)
    expect(holders).toHaveLength(1)
    const pid = holders[0]?.child.pid
    waiting = answers.filter(({ answer }) => answer !== 'held').map(({ running }) => running)
    expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['held', `StateError: ${held(pid)}`]))
    holders[0]?.child.kill('SIGKILL')
    await holders[0]?.ended
  }
  for (const { child } of waiting) child.kill('SIGKILL')
  await Promise.all(waiting.map(({ ended }) => ended))
}, 120_000)

test('processes that open and close it all the time never have it at once', async () => {
  const children = Array.from({ length: 6 }, () => run(program, ['churn', path, 1_500]))
  for (const { ended } of children) expect((await ended).code).toBe(0)
  const times = children.map(({ lines }) => Number(lines.at(-1)))
  expect(times.reduce((sum, time) => sum + time)).toBeGreaterThan(5)
}, 120_000)
