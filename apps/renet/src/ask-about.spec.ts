import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { askAbout } from './ask-about.ts'

let folder: string
let servers: Server[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ask-about-'))
  servers = []
})
afterEach(async () => {
  delete process.env['REDIACC_ROUTER']
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

const factsOf = (name: string) => ({ containers: [{ name, daemon: '/tmp/docker-64.sock' }] })

async function answering(at: string | number, status: number, body: object): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)))
  servers.push(server)
  await once(typeof at === 'string' ? server.listen(at) : server.listen(at, '127.0.0.1'), 'listening')
  return server
}

const socket = (): string => join(folder, 'control.sock')

async function namePort(): Promise<void> {
  const server = await answering(0, 200, { facts: factsOf('of the port') })
  process.env['REDIACC_ROUTER'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the private socket is asked, and its daemons are believed', async () => {
  await answering(socket(), 200, { facts: factsOf('of the socket') })
  expect(await askAbout('/explain?about=web', folder)).toEqual({
    facts: factsOf('of the socket'),
    daemons: ['/tmp/docker-64.sock'],
  })
})

test('what it refuses is said, and nobody else is asked', async () => {
  await answering(socket(), 400, { error: { code: 'X', message: 'There is no such thing.' } })
  await expect(askAbout('/explain?about=web', folder)).rejects.toThrow('There is no such thing.')
})

test('of whoever answers at the port no daemon is believed', async () => {
  await answering(socket(), 200, { facts: factsOf('of the socket') })
  await namePort()
  expect(await askAbout('/explain?about=web', folder)).toEqual({ facts: factsOf('of the port'), daemons: [] })
})
