import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { allListeners, listenersOf, parseTable } from './sockets.ts'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function listen(host: string): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

test('what a process listens on is in the kernel’s tables', async () => {
  const own = { address: '127.77.11.2', port: await listen('127.77.11.2') }
  const all = { address: '0.0.0.0', port: await listen('0.0.0.0') }
  const found = listenersOf([process.pid])
  expect(found).toContainEqual(own)
  expect(found).toContainEqual(all)
  expect(listenersOf([])).toEqual([])
  expect(allListeners()).toEqual(expect.arrayContaining([own, all]))
  expect(allListeners('/nowhere')).toBeUndefined()
})

test('connections, which come after what listens, are not read, however many there are', () => {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'))
  const row = (port: number, state: string): string =>
    `${String(port).padStart(4)}: 020B007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1\n`
  const listening = Array.from({ length: 2_000 }, (_, port) => row(port + 1, '0A'))
  const connected = Array.from({ length: 2_000 }, () => row(9_999, '01'))
  mkdirSync(join(proc, 'self/net'), { recursive: true })
  writeFileSync(
    join(proc, 'self/net/tcp'),
    ['  sl  local_address\n', ...listening, ...connected, row(1, '0A')].join(''),
  )
  const found = allListeners(proc) ?? []
  rmSync(proc, { recursive: true })
  expect(found.map(({ port }) => port)).toEqual(Array.from({ length: 2_000 }, (_, port) => port + 1))
})

test('so many sockets that nobody should read them are not seen', () => {
  const proc = mkdtempSync(join(tmpdir(), 'proc-'))
  mkdirSync(join(proc, 'self/net'), { recursive: true })
  writeFileSync(join(proc, 'self/net/tcp'), `${'x'.repeat(149)}\n`.repeat(30_000))
  const found = allListeners(proc)
  rmSync(proc, { recursive: true })
  expect(found).toBeUndefined()
})

test('addresses of both families', () => {
  const row = (local: string, state = '0A'): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1`
  const table = [
    '  sl  local_address rem_address   st …',
    row('020B007F:0BB8'),
    row('00000000000000000000000000000000:0050'),
    row('0000000000000000FFFF0000020B007F:1F90'),
    row('B80D0120000000000000000001000000:0051'),
    row('00000000000000000000000001000000:0052'),
    row('0100007F:0016', '01'),
  ].join('\n')
  expect(parseTable(table).map(({ address, port }) => [address, port])).toEqual([
    ['127.0.11.2', 3000],
    ['::', 80],
    ['127.0.11.2', 8080],
    ['2001:db8::1', 81],
    ['::1', 82],
  ])
})
