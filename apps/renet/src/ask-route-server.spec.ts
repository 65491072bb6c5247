import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { askRouteServer } from './ask-route-server.ts'

let folder: string
let servers: Server[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ask-route-server-'))
  servers = []
})
afterEach(async () => {
  delete process.env['REDIACC_ROUTER']
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

async function answering(at: string | number, status: number, body: object): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)))
  servers.push(server)
  await once(typeof at === 'string' ? server.listen(at) : server.listen(at, '127.0.0.1'), 'listening')
  return server
}

const socket = (): string => join(folder, 'control.sock')

async function namePort(status = 200): Promise<void> {
  const server = await answering(0, status, { by: 'port' })
  process.env['REDIACC_ROUTER'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the private socket is asked, where nobody else answers', async () => {
  await answering(socket(), 200, { by: 'socket' })
  expect(await askRouteServer('/routes.json', folder)).toEqual({ answer: { by: 'socket' }, isCertain: true })
})

test('what it refuses is said, and nobody else is asked', async () => {
  await answering(socket(), 400, { error: { code: 'X', message: 'There is no such thing.' } })
  await expect(askRouteServer('/routes.json', folder)).rejects.toThrow('There is no such thing.')
})

test('a port that was named is asked alone, and anybody may have answered there', async () => {
  await answering(socket(), 200, { by: 'socket' })
  await namePort()
  expect(await askRouteServer('/routes.json', folder)).toEqual({ answer: { by: 'port' }, isCertain: false })
})

test.each([
  [
    401,
    /answers who shows its token, and this user may not open its private socket. Run this as root; .*\/opt\/rediacc\/current\/secrets\/routes-token/,
  ],
  [404, /^No route server answers at http:\/\/127\.0\.0\.1:\d+\. Look at it with: systemctl status/],
])('a port that answers %i is no route server that tells', async (status, said) => {
  await namePort(status)
  await expect(askRouteServer('/routes.json', folder)).rejects.toThrow(said)
})

test('that it still starts is an answer', async () => {
  await namePort(503)
  expect(await askRouteServer('/health', folder)).toMatchObject({ answer: { by: 'port' } })
})
