import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { judge, type Running } from './listening/judge.ts'
import { listenersOf, parseTable } from './listening/sockets.ts'

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
    row('0100007F:0016', '01'),
  ].join('\n')
  expect(parseTable(table).map(({ address, port }) => [address, port])).toEqual([
    ['127.0.11.2', 3000],
    ['::', 80],
    ['127.0.11.2', 8080],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', 81],
  ])
})

describe('what is said of a service', () => {
  const web = (listeners: Running['listeners'], ports: readonly number[] = [3000]): Running => ({
    service: 'web',
    address: '127.0.11.2',
    variable: 'WEB_IP',
    ports,
    listeners,
  })
  const db: Running = {
    ...web([{ address: '127.0.11.3', port: 5432 }], [5432]),
    service: 'db',
    address: '127.0.11.3',
    variable: 'DB_IP',
  }
  const at = (address: string, port = 3000) => ({ address, port })

  test.each<[string, Running, readonly string[]]>([
    ['on its own address', web([at('127.0.11.2')]), []],
    ['on every address', web([at('0.0.0.0')]), ['web listens on 0.0.0.0:3000; bind to ${WEB_IP} (127.0.11.2)']],
    ['on every address of IPv6', web([at('::')]), ['web listens on [::]:3000; bind to ${WEB_IP} (127.0.11.2)']],
    [
      'on another’s address',
      web([at('127.0.11.3')]),
      ['web listens on 127.0.11.3:3000, which is the address of db; bind to ${WEB_IP} (127.0.11.2)'],
    ],
    [
      'on localhost',
      web([at('127.0.0.1')]),
      ['web listens on 127.0.0.1:3000, where nobody looks for it; bind to ${WEB_IP} (127.0.11.2)'],
    ],
    ['on localhost, too', web([at('127.0.0.1', 9229), at('127.0.11.2')]), []],
    ['on nothing', web([]), ['web listens on nothing; 127.0.11.2:3000 was expected']],
    ['on nothing, and nobody expects it to', web([], []), []],
  ])('that listens %s', (_, service, sentences) => {
    expect(judge([service, db])).toEqual(sentences)
  })
})
