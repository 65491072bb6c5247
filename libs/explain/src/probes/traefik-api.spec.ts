import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { planOf } from '../plan.ts'
import { askTraefik } from './traefik-api.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const ENTRY_POINTS = [{ name: 'websecure', address: '203.0.113.50:443' }]

/** Traefik's API, with these HTTP routers. */
async function apiWith(routers: Readonly<Record<string, object>>): Promise<string> {
  const replies: Readonly<Record<string, unknown>> = {
    '/api/version': { Version: '3.7.15' },
    '/api/entrypoints': ENTRY_POINTS,
    ...Object.fromEntries(Object.entries(routers).map(([name, one]) => [`/api/http/routers/${name}`, one])),
  }
  const server = createServer(({ url = '' }, response) => {
    const reply = replies[decodeURIComponent(url)]
    response.writeHead(reply === undefined ? 404 : 200).end(JSON.stringify(reply ?? { message: 'not found' }))
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const PLAN = {
  ...planOf({
    question: { text: 'web' },
    runsForSeconds: 1,
    document: { revision: 1, secondsOld: 1 },
    fetches: {},
    containers: [],
    routers: [],
    more: 0,
    claims: [],
    daemons: [],
    notices: [],
  }),
  routers: [{ protocol: 'http', name: 'web-2816', entryPoints: ['websecure', 'websecure-v6'] }],
} as const

const enabled = { status: 'enabled' }
const disabled = { status: 'disabled', error: ['middleware "secure@file" does not exist'] }

test.each([
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
])('a router that Traefik has %s', async (_, has, status, errors) => {
  const traefik = await askTraefik({ url: await apiWith(has) }, PLAN, AbortSignal.timeout(10_000))
  expect(traefik.routers).toEqual([{ name: 'web-2816', status, errors }])
})
