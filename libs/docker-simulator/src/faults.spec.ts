import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, type Fault, faults, type SimulatedDaemon, startDaemon, streamEvents } from './index.ts'

let folder: string
let socket: string
let daemon: SimulatedDaemon

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'))
  socket = join(folder, 'docker-2816.sock')
  daemon = await startDaemon({ socket, containers: [{ name: 'api' }, { name: 'db' }] })
})

afterEach(async () => {
  await daemon.close()
  await rm(folder, { recursive: true })
})

const list = () => ask(socket, '/containers/json')

describe('a broken answer', () => {
  const cases: [name: string, fault: Fault, code: string][] = [
    ['refused', faults.refuse(), 'ECONNRESET'],
    ['truncated', faults.truncate(100), 'ECONNRESET'],
    ['truncated before its body', faults.truncate(0), 'ECONNRESET'],
    ['not HTTP', faults.notHttp(), 'HPE_INVALID_CONSTANT'],
  ]
  test.each(cases)('%s: the client sees an error', async (_name, fault, code) => {
    daemon.fault('list', fault)
    await expect(list()).rejects.toMatchObject({ code })
  })

  test('hung or stalled: the client waits for ever', async () => {
    for (const fault of [faults.hang(), faults.stall(0), faults.stall(100)]) {
      daemon.fault('list', fault)
      let settled = false
      const settle = () => void (settled = true)
      list().then(settle, settle)
      // Another connection's whole round trip has passed, and still nothing.
      for (let n = 0; n < 5; n++) await ask(socket, '/_ping')
      expect(settled).toBe(false)
    }
    expect(daemon.counters().calls.list).toBe(3)
  })

  test('with an error status it carries Docker’s kind of message', async () => {
    daemon.fault('inspect', faults.status(500, 'disk full'))
    const { status, text } = await ask(socket, '/containers/api/json')
    expect([status, JSON.parse(text)]).toEqual([500, { message: 'disk full' }])
  })

  test('that redirects names another place', async () => {
    daemon.fault('list', faults.redirect('http://127.0.0.1:1/'))
    const { status, headers } = await list()
    expect([status, headers['location']]).toEqual([301, 'http://127.0.0.1:1/'])
  })

  test('of other JSON is that', async () => {
    daemon.fault('list', faults.json({ message: 'no list' }))
    const { status, text } = await list()
    expect([status, JSON.parse(text)]).toEqual([200, { message: 'no list' }])
  })

  test('of garbage is whole, but no JSON', async () => {
    daemon.fault('list', faults.garbage())
    const { status, text } = await list()
    expect(status).toBe(200)
    expect(() => void JSON.parse(text)).toThrow(SyntaxError)
  })

  test('with invalid UTF-8 is JSON with a replacement character', async () => {
    daemon.fault('list', faults.invalidUtf8())
    expect(JSON.parse((await list()).text)).toMatchObject([{ Id: expect.stringMatching(/^\uFFFD/) }, {}])
  })

  test('that drips in is whole in the end', async () => {
    const { text } = await list()
    daemon.fault('list', faults.slow(200, 1))
    expect((await list()).text.length).toBe(text.length)
  })

  test('of a huge list is as long as it was asked for, and valid', async () => {
    daemon.fault('list', faults.hugeList(5_000_000))
    const { text } = await list()
    expect(text.length).toBeGreaterThan(5_000_000)
    expect(text.length).toBeLessThan(5_010_000)
    expect((JSON.parse(text) as unknown[]).length).toBeGreaterThan(1000)
  })
})

describe('a fault', () => {
  test('concerns its endpoint only, so many times', async () => {
    daemon.fault('list', faults.status(500), 2)
    expect((await ask(socket, '/_ping')).status).toBe(200)
    expect([(await list()).status, (await list()).status, (await list()).status]).toEqual([500, 500, 200])
  })

  test('of all endpoints ends when the daemon is healed', async () => {
    daemon.fault('all', faults.status(503))
    expect([(await list()).status, (await ask(socket, '/events')).status]).toEqual([503, 503])
    daemon.heal()
    expect((await list()).status).toBe(200)
  })
})

describe('event streams', () => {
  test('that are cut break, and new ones work', async () => {
    const stream = await streamEvents(socket)
    daemon.cutEvents()
    await expect(stream.ended).rejects.toMatchObject({ code: 'ECONNRESET' })
    const next = await streamEvents(socket)
    daemon.update('api')
    expect(await next.atLeast(1)).toHaveLength(1)
    next.close()
  })

  test('that are muted stay open and deliver nothing more, and new ones work', async () => {
    const muted = await streamEvents(socket)
    daemon.muteEvents()
    const next = await streamEvents(socket)
    daemon.update('api')
    expect(await next.atLeast(1)).toHaveLength(1)
    expect(muted.events).toEqual([])
    expect(daemon.counters().openEventStreams).toBe(2)
    muted.close()
    next.close()
  })

  test('that stall say nothing after the first bytes, and truncated ones break in mid-event', async () => {
    daemon.fault('events', faults.stall(0), 1)
    const stalled = await streamEvents(socket)
    daemon.fault('events', faults.truncate(50), 1)
    const truncated = await streamEvents(socket)
    daemon.update('api')
    await expect(truncated.ended).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect([stalled.events, truncated.events]).toEqual([[], []])
    stalled.close()
  })
})
