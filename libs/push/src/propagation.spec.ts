import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { expect, test } from '@jest/globals'
import type { Connection } from '@route-server/ssh'
import { decide, findPropagation } from './propagation.ts'

test.each([
  ['everybody answers', ['r'], ['s'], { resolvers: [], skipAuthoritative: false }, /^$/],
  ['the resolver alone', ['r'], [], { resolvers: [], skipAuthoritative: true }, /outgoing port 53 is closed/],
  [
    'the name servers alone',
    [],
    ['192.0.2.1', '2001:db8::5'],
    { resolvers: ['192.0.2.1:53', '[2001:db8::5]:53'], skipAuthoritative: true },
    /asks the zone's name servers instead/,
  ],
  ['nobody', [], [], { resolvers: [], skipAuthoritative: true, waitInstead: 120 }, /waits 120 s/],
])('%s', (_, resolvers, authoritative, propagation, note) => {
  const found = decide('example.com', { resolvers, authoritative, hasResolver: true })
  expect(found.propagation).toEqual(propagation)
  expect(found.note ?? '').toMatch(note)
})

/** Runs scripts here, with another port and resolver in them. */
const here = (port: number): Connection => ({
  run: async (script) => {
    const child = spawn(
      'sh',
      ['-c', script.replaceAll('$1/53', `$1/${port}`).replace('/etc/resolv.conf', '/dev/null')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    const [status] = (await once(child, 'close')) as [number]
    return { status, stdout, stderr: '' }
  },
  close: () => Promise.resolve(),
})

test('a name server is asked for real, and believed only if it is the zone’s', async () => {
  const asked: string[] = []
  let flags = 0x84
  const server: Socket = createSocket('udp4', (message, { port, address }) => {
    asked.push(message.subarray(12).toString('latin1'))
    const answer = Buffer.from(message)
    answer[2] = flags
    server.send(answer, port, address)
  }).bind(0, '127.0.0.1')
  await once(server, 'listening')
  const zone = { zone: 'example.com', addresses: ['127.0.0.1'] }
  const found = await findPropagation(here(server.address().port), zone)
  expect(found.propagation.resolvers).toEqual(['127.0.0.1:53'])
  expect(asked[0]).toContain('\x07example\x03com\x00\x00\x06\x00\x01')
  flags = 0x80
  expect((await findPropagation(here(server.address().port), zone)).propagation.waitInstead).toBe(120)
  server.close()
})
