import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { isMinor, readEvents, type DockerEvent } from './events.ts'

async function read(chunks: readonly (string | Buffer)[]): Promise<readonly DockerEvent[]> {
  const events: DockerEvent[] = []
  await readEvents(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (event) => events.push(event))
  return events
}

const line = (id: string, action: string): string =>
  `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: id, Attributes: { name: 'ü' } }, timeNano: 5 })}\n`

test('events are read whatever the chunks', async () => {
  const bytes = Buffer.from(line('a1', 'start') + '\n' + line('b2', 'health_status: healthy'))
  const expected = [
    { id: 'a1', action: 'start', timeNano: 5 },
    { id: 'b2', action: 'health_status: healthy', timeNano: 5 },
  ]
  expect(await read([bytes])).toEqual(expected)
  expect(await read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected)
})

test('an old daemon’s event is read from its old fields', async () => {
  expect(await read(['{"status":"die","id":"a1","timeNano":7}\n'])).toEqual([{ id: 'a1', action: 'die', timeNano: 7 }])
})

test.each([
  ['no JSON', '{"Action":\n'],
  ['no object', 'null\n'],
  ['no ID', '{"Action":"start","Actor":{}}\n'],
  ['an odd ID', '{"Action":"start","Actor":{"ID":"../x"}}\n'],
])('a line that is %s breaks the stream', async (_, text) => {
  await expect(read([text])).rejects.toThrow("isn't an event")
})

test('a stream that ends in the middle of a line is broken', async () => {
  await expect(read([line('a1', 'start').slice(0, 20)])).rejects.toThrow('middle of a line')
})

test('a line without end is not collected for ever', async () => {
  const chunk = 'x'.repeat(2 ** 20)
  await expect(read(Array<string>(40).fill(chunk))).rejects.toThrow('without end')
})

test('a flood lets everything else have its turn', async () => {
  let turns = 0
  const timer = setInterval(() => (turns += 1), 1)
  const chunks = Array.from({ length: 10 }, () => Buffer.from(line('a1', 'start')))
  await readEvents(Readable.from(chunks), () => {
    const until = performance.now() + 5
    while (performance.now() < until);
  })
  clearInterval(timer)
  expect(turns).toBeGreaterThan(10)
})

test('only create, kill and stop can wait', () => {
  expect(
    ['create', 'kill', 'stop', 'start', 'die', 'destroy'].filter((action) => isMinor({ id: 'a', action, timeNano: 0 })),
  ).toEqual(['create', 'kill', 'stop'])
})
