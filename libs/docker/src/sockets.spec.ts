import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { scanSockets, unreadableAbove, type FileSystem } from './sockets.ts'

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
  const stats = { isSocket: () => false, dev: 1, ino: 1, birthtimeMs: 1 }
  const fs: FileSystem = {
    readdir: () => (refused === 'readdir' ? refuse() : ['docker-64.sock']),
    stat: (path) => (refused === 'stat' && path.startsWith('/run/') ? refuse() : stats),
  }
  const scan = scanSockets(globs, fs)
  expect(scan.unreadable.get('/run')).toBe('EACCES')
  expect(unreadableAbove('/run/docker-64.sock', scan)).toBe('/run')
  expect(unreadableAbove('/running/docker-64.sock', scan)).toBeUndefined()
})
