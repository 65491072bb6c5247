import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createListener } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { listenersOfContainer } from './processes.ts'

const ID = 'a'.repeat(64)
const folder = mkdtempSync(join(tmpdir(), 'processes-'))
const daemon = join(folder, 'docker-64.sock')
const asked: (string | undefined)[] = []
const docker = createServer(({ url }, response) => {
  asked.push(url)
  response.end(JSON.stringify({ Titles: ['UID', 'PID'], Processes: [['0', String(process.pid)]] }))
})
const service = createListener()

beforeEach(async () => {
  asked.length = 0
  jest.spyOn(process, 'getuid').mockReturnValue(0)
  await Promise.all([once(docker.listen(daemon), 'listening'), once(service.listen(0, '127.0.0.1'), 'listening')])
})
afterEach(async () => {
  jest.restoreAllMocks()
  await Promise.all([docker, service].map((one) => new Promise((resolve) => one.close(resolve))))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const look = (id: string, socket: string, trusted?: readonly string[]) =>
  listenersOfContainer({ id, daemon: socket }, AbortSignal.timeout(5_000), trusted)

test('a daemon that the route server named is asked', async () => {
  const { port } = service.address() as AddressInfo
  expect(await look(ID, daemon, [daemon])).toContainEqual({ address: '127.0.0.1', port })
  expect(asked).toEqual([`/containers/${ID}/top`])
})

test.each([
  ['a socket that is at no usual place', ID, daemon, []],
  ['a socket that only looks as if it were', ID, '/run/rediacc/../../tmp/docker-64.sock', []],
  ['a path in the place of an ID', '../images/json?', daemon, [daemon]],
  ['a name in the place of an ID', 'web-1', daemon, [daemon]],
  ['an ID that goes on', `${ID}/json?`, daemon, [daemon]],
])('%s is not asked', async (_, id, socket, trusted) => {
  expect(await look(id, socket, trusted)).toBeUndefined()
  expect(asked).toEqual([])
})
