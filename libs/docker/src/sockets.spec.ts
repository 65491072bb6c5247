import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { scanSockets, socketScanner, unreadableAbove, type FileSystem } from './sockets.ts'

let folder: string
let servers: Server[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sockets-'))
  servers = []
})

afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  rmSync(folder, { recursive: true, force: true })
})

async function listen(path: string): Promise<void> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((ready) => server.listen(path, ready))
}

const names = (...globs: string[]): string[] =>
  [...scanSockets(globs.map((glob) => join(folder, glob))).sockets.keys()]
    .map((path) => path.slice(folder.length + 1))
    .sort()

test('only sockets that match are found, through links too', async () => {
  await listen(join(folder, 'docker-64.sock'))
  await listen(join(folder, 'other.sock'))
  writeFileSync(join(folder, 'docker-128.sock'), '')
  mkdirSync(join(folder, 'docker-192.sock'))
  symlinkSync('docker-64.sock', join(folder, 'docker-256.sock'))
  symlinkSync('nowhere', join(folder, 'docker-320.sock'))
  symlinkSync('docker-384.sock', join(folder, 'docker-384.sock'))
  expect(names('docker-*.sock')).toEqual(['docker-256.sock', 'docker-64.sock'])
  expect(scanSockets([join(folder, '*')]).unreadable.size).toBe(0)
})

test('a plain path, a glob of folders and overlapping globs work', async () => {
  for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name))
  await listen(join(folder, 'a/docker-64.sock'))
  await listen(join(folder, 'b/docker-128.sock'))
  await listen(join(folder, 'c/docker-192.sock'))
  expect(names('a/docker-64.sock')).toEqual(['a/docker-64.sock'])
  expect(names('{a,b}/docker-*.sock', '[a]/*')).toEqual(['a/docker-64.sock', 'b/docker-128.sock'])
  expect(names('*/docker-*.sock')).toHaveLength(3)
})

test('a folder that does not exist is empty', () => {
  const scan = scanSockets([join(folder, 'none/*.sock'), join(folder, 'none/docker-64.sock')])
  expect(scan.sockets.size + scan.folders.size + scan.unreadable.size).toBe(0)
})

test('a socket that is made anew has another identity', async () => {
  const path = join(folder, 'docker-64.sock')
  await listen(path)
  const before = scanSockets([path]).sockets.get(path)
  expect(scanSockets([path]).sockets.get(path)).toBe(before)
  rmSync(path)
  await listen(path)
  expect(scanSockets([path]).sockets.get(path)).not.toBe(before)
})

test.each([
  ['listed', ['/run/docker-*.sock'], 'readdir'],
  ['searched', ['/run/docker-64.sock'], 'stat'],
] as const)('a folder that may not be %s is unknown, not empty', (_, globs, refused) => {
  const refuse = (): never => {
    throw Object.assign(new Error('no'), { code: 'EACCES' })
  }
  const stats = { isSocket: () => false, dev: 1, ino: 1, birthtimeMs: 1, mtimeMs: 1, ctimeMs: 1 }
  const fs: FileSystem = {
    readdir: () => (refused === 'readdir' ? refuse() : [{ name: 'docker-64.sock', isSymbolicLink: () => false }]),
    stat: (path) => (refused === 'stat' && path.startsWith('/run/') ? refuse() : stats),
  }
  const scan = scanSockets(globs, fs)
  expect(scan.unreadable.get('/run')).toBe('EACCES')
  expect(unreadableAbove('/run/docker-64.sock', scan)).toBe('/run')
  expect(unreadableAbove('/running/docker-64.sock', scan)).toBeUndefined()
})

describe('again and again', () => {
  /** Two sockets and a link in a folder that changed at `mtime`; counts what is asked of it. */
  function folderOf(mtime: number) {
    const asked = { readdir: 0, stat: 0 }
    const state = { mtime, ino: 1 }
    const fs: FileSystem = {
      readdir: () => {
        asked.readdir += 1
        const entry = (name: string, isLink = false) => ({ name, isSymbolicLink: () => isLink })
        return [entry('docker-64.sock'), entry('docker-128.sock'), entry('docker-192.sock', true), entry('other')]
      },
      stat: (path) => {
        asked.stat += 1
        const { mtime: mtimeMs, ino } = state
        const isSocket = path.endsWith('.sock')
        return { isSocket: () => isSocket, dev: 1, ino: isSocket ? ino : 0, birthtimeMs: 1, mtimeMs, ctimeMs: mtimeMs }
      },
    }
    const scanner = socketScanner(['/run/docker-*.sock'], fs)
    /** What a scan asks for. */
    const scan = () => {
      Object.assign(asked, { readdir: 0, stat: 0 })
      const { sockets } = scanner.scan()
      return { ...asked, sockets: sockets.size }
    }
    return { scan, scanner, state }
  }
  const WHOLE = { readdir: 1, stat: 4, sockets: 3 }
  /** The folder and the link's target. */
  const LEAST = { readdir: 0, stat: 2, sockets: 3 }

  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  test('a folder that stays as it is is asked only whether it does', () => {
    const { scan } = folderOf(Date.now() - 60_000)
    expect(scan()).toEqual(WHOLE)
    expect([scan(), scan()]).toEqual([LEAST, LEAST])
  })

  test('a folder that changed is read', () => {
    const { scan, state } = folderOf(Date.now() - 60_000)
    scan()
    state.mtime += 1
    expect(scan()).toEqual(WHOLE)
    expect(scan()).toEqual(LEAST)
  })

  test.each([
    ['a moment ago', 0],
    ['in the future, by a clock that was set', 60_000],
  ])('a folder that changed %s is read until its time tells a later change from this', (_, ahead) => {
    const { scan } = folderOf(Date.now() + ahead)
    expect([scan(), scan()]).toEqual([WHOLE, WHOLE])
    jest.advanceTimersByTime(ahead + 2_001)
    expect(scan()).toEqual(WHOLE)
    expect(scan()).toEqual(LEAST)
  })

  test('a link is followed each time', () => {
    const { scanner, state } = folderOf(Date.now() - 60_000)
    const identity = () => scanner.scan().sockets.get('/run/docker-192.sock')
    const before = identity()
    state.ino = 2
    expect(identity()).not.toBe(before)
  })

  test('no folder is believed for long, nor when it told of a change', () => {
    const { scan, scanner } = folderOf(Date.now() - 60_000)
    scan()
    jest.advanceTimersByTime(10_000)
    expect(scan()).toEqual(WHOLE)
    scanner.forget()
    expect(scan()).toEqual(WHOLE)
  })

  test('what comes, goes and is made anew in a real folder is found each time', async () => {
    jest.useRealTimers()
    const scanner = socketScanner([join(folder, '*/docker-*.sock'), join(folder, 'docker-*.sock')])
    const found = () => [...scanner.scan().sockets.keys()].map((path) => path.slice(folder.length + 1)).sort()
    const path = join(folder, 'docker-64.sock')
    expect(found()).toEqual([])
    await listen(path)
    expect(found()).toEqual(['docker-64.sock'])
    const before = scanner.scan().sockets.get(path)
    rmSync(path)
    await listen(path)
    expect(scanner.scan().sockets.get(path)).not.toBe(before)
    mkdirSync(join(folder, 'a'))
    await listen(join(folder, 'a/docker-128.sock'))
    expect(found()).toEqual(['a/docker-128.sock', 'docker-64.sock'])
    rmSync(join(folder, 'a'), { recursive: true })
    rmSync(path)
    expect(found()).toEqual([])
  })
})
