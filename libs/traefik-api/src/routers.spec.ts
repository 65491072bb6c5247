import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { readApi } from './api.ts'
import { readMachine } from './machine.ts'
import { listRouters, lookUpRouters } from './routers.ts'
import { statusIn } from './status.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Traefik's API, with these answers by path. */
const apiWith = (replies: Readonly<Record<string, unknown>>): Promise<string> =>
  serve(({ url = '' }, response) => {
    const reply = replies[decodeURIComponent(url)]
    response.writeHead(reply === undefined ? 404 : 200).end(JSON.stringify(reply ?? { message: 'not found' }))
  })

const ROUTER = { protocol: 'http', name: 'web-2816', entryPoints: ['websecure', 'websecure-v6'] } as const
const enabled = { status: 'enabled' }
const disabled = { status: 'disabled', error: ['middleware "secure@file" does not exist'] }

const WAYS = [
  ['under its name', { 'web-2816@http': enabled }, 'enabled', []],
  [
    'under that of each entry point, which have TLS of their own',
    { 'websecure-web-2816@http': enabled, 'websecure-v6-web-2816@http': enabled },
    'enabled',
    [],
  ],
  [
    'switched off on one of them',
    { 'websecure-web-2816@http': enabled, 'websecure-v6-web-2816@http': disabled },
    'disabled',
    disabled.error,
  ],
  [
    'switched off on both, for the same reason',
    { 'websecure-web-2816@http': disabled, 'websecure-v6-web-2816@http': disabled },
    'disabled',
    disabled.error,
  ],
  ['not at all', { 'websecure-web-64@http': enabled }, 'absent', []],
] as const satisfies readonly (readonly [string, Readonly<Record<string, object>>, string, readonly string[]])[]

test.each(WAYS)(
  'a router that Traefik has %s is looked up, and found in its list, alike',
  async (_, has, ...expected) => {
    const url = await apiWith({
      ...Object.fromEntries(Object.entries(has).map(([name, one]) => [`/api/http/routers/${name}`, one])),
      '/api/http/routers?per_page=1000&page=1': Object.entries(has).map(([name, one]) => ({ ...one, name })),
      '/api/tcp/routers?per_page=1000&page=1': [],
      '/api/udp/routers?per_page=1000&page=1': [],
    })
    const [status, errors] = expected
    const found = await lookUpRouters({ url }, [ROUTER], 'http', AbortSignal.timeout(10_000))
    expect(found).toEqual([{ name: 'web-2816', status, errors }])
    expect(statusIn(await listRouters({ url }), ROUTER)).toEqual({ status, errors })
  },
)

test('all pages of the list are read, and what came from us of it', async () => {
  const error = ['the service "web-128@http" does not exist']
  const pages: Readonly<Record<string, readonly object[]>> = {
    '/api/http/routers 1': [
      { name: 'web-64@http', status: 'enabled' },
      { name: 'dashboard@internal', status: 'enabled' },
    ],
    '/api/http/routers 2': [{ name: 'web-128@file', status: 'disabled', error }],
  }
  const url = await serve(({ url: path = '' }, response) => {
    const { pathname, searchParams } = new URL(path, 'http://traefik')
    const page = searchParams.get('page') ?? ''
    response.setHeader('X-Next-Page', pathname.includes('http') && page === '1' ? '2' : '1')
    response.end(JSON.stringify(pages[`${pathname} ${page}`] ?? []))
  })
  expect(Object.fromEntries(await listRouters({ url }))).toEqual({
    'http web-64': { status: 'enabled', errors: [] },
    'http web-128': { status: 'disabled', errors: error },
  })
})

test.each([
  ['no JSON', 'hello'],
  ['something else', { Version: 3 }],
  ['no list of entry points', { Version: '3.7.15' }],
])('who answers with %s is not Traefik', async (_, body) => {
  const url = await serve(
    (_request, response) => void response.end(typeof body === 'string' ? body : JSON.stringify(body)),
  )
  await expect(readMachine({ url }, AbortSignal.timeout(10_000))).rejects.toThrow()
})

test('what is no text among the entry points and errors is left out', async () => {
  const url = await apiWith({
    '/api/version': { Version: '3.7.15' },
    '/api/entrypoints': [null, { name: 'web', address: ':80' }, { name: 1, address: ':81' }],
    '/api/http/routers/web-2816@http': { status: 'exploded', error: [1, 'why'] },
  })
  const signal = AbortSignal.timeout(10_000)
  expect(await readMachine({ url }, signal)).toEqual({ version: '3.7.15', entryPoints: { web: ':80' } })
  expect(await lookUpRouters({ url }, [ROUTER], 'http', signal)).toEqual([
    { name: 'web-2816', status: 'enabled', errors: ['why'] },
  ])
})

test('a name and a password are shown', async () => {
  const shown: (string | undefined)[] = []
  const url = await serve(({ headers }, response) => {
    shown.push(headers.authorization)
    response.end('[]')
  })
  await listRouters(readApi(url.replace('//', '//rediacc:p%40ss@')))
  await listRouters(readApi(url))
  expect(new Set(shown)).toEqual(new Set([`Basic ${Buffer.from('rediacc:p@ss').toString('base64')}`, undefined]))
})
