import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { visit } from './visit.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function placeOf(answer: RequestListener): Promise<{ readonly host: string; readonly port: number }> {
  const server = createServer(answer)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

const isNobody = (host = ''): boolean => host.endsWith('.invalid')
const ENDLESS = 'x'.repeat(100_000)

test.each<[string, RequestListener, object]>([
  ['with a body that never ends', (_, response) => void response.writeHead(200).write('begun'), { status: 200 }],
  ['for nobody', (_, response) => void response.writeHead(404).end('404'), { status: 404, isForNobody: true }],
  [
    'with a 404 of its own',
    ({ headers }, response) => void response.writeHead(404).end(isNobody(headers.host) ? '404' : 'No such page'),
    { status: 404, isForNobody: false },
  ],
  [
    'with a 404 of its own that is long and never ends',
    ({ headers }, response) => {
      response.writeHead(404)
      if (isNobody(headers.host)) response.end('404')
      else response.write(ENDLESS)
    },
    { status: 404, isForNobody: false },
  ],
])('who is answered %s', async (_, answer, expected) => {
  const answered = await visit(new URL('http://app.example.com/'), await placeOf(answer), AbortSignal.timeout(10_000))
  expect(answered).toMatchObject(expected)
})

test('who accepts and never answers is slow', async () => {
  const cut = new AbortController()
  const place = await placeOf(() => cut.abort())
  expect(await visit(new URL('http://app.example.com/'), place, cut.signal)).toMatchObject({ isSlow: true })
})
