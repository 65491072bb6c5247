import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { cloudflare, type Cloudflare } from './cloudflare.ts'

let server: Server | undefined
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

type Reply = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>]

async function serve(reply: (path: string, request: IncomingMessage) => Reply): Promise<Cloudflare> {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [status, body, headers] = reply(request.url ?? '', request)
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return cloudflare({
    token: 'the-token',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
    machine: 'server-1',
  })
}

test('the zone is the nearest that the token sees, and every page of its records is read', async () => {
  const asked: string[] = []
  const api = await serve((path, { headers }) => {
    asked.push(path.replace('/client/v4/', ''))
    expect(headers.authorization).toBe('Bearer the-token')
    if (path.includes('zones?name=example.com')) return [200, { result: [{ id: 'z', name: 'example.com' }] }]
    if (path.includes('zones?')) return [200, { result: [] }]
    const page = Number(new URL(path, 'http://x').searchParams.get('page'))
    return [
      200,
      { result: [{ id: `r${page}`, type: 'A', name: 'x', content: '1.2.3.4' }], result_info: { total_pages: 3 } },
    ]
  })
  expect(await api.zoneOf('*.app.example.com')).toEqual({ id: 'z', name: 'example.com' })
  expect((await api.records('z')).map(({ id }) => id)).toEqual(['r1', 'r2', 'r3'])
  expect(asked.slice(0, 2)).toEqual(['zones?name=app.example.com', 'zones?name=example.com'])
})

test('a rate limit is waited for, as long as it says', async () => {
  let calls = 0
  const api = await serve(() => ((calls += 1) === 1 ? [429, {}, { 'retry-after': '0' }] : [200, { result: [] }]))
  expect(await api.records('z')).toEqual([])
  expect(calls).toBe(2)
})

test.each<readonly [string, Reply, RegExp]>([
  [
    'a token that nobody knows',
    [403, { errors: [{ code: 9109, message: 'Invalid access token' }] }],
    /^Cloudflare doesn't know the token of server-1/,
  ],
  [
    'a token that may not',
    [403, { errors: [{ code: 10000, message: 'Authentication error' }] }],
    /needs the permission Zone:DNS:Edit/,
  ],
  [
    'something else',
    [400, { errors: [{ code: 81058, message: 'An identical record already exists.' }] }],
    /^Cloudflare refuses "list records" \(400\): An identical record already exists\. \(81058\)/,
  ],
  ['another server', [200, { hello: 'world' }], /isn't what it should be/],
])('%s is said', async (_, reply, message) => {
  const api = await serve(() => reply)
  await expect(api.records('z')).rejects.toThrow(message)
  await expect(api.records('z')).rejects.not.toThrow(/the-token/)
})

test('a zone that the token does not see is said', async () => {
  const api = await serve(() => [200, { result: [] }])
  await expect(api.zoneOf('app.example.com')).rejects.toThrow('The token of server-1 sees no zone for app.example.com')
})
