import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { ContainerSpec, EngineUnderTest } from '@route-server/docker-simulator'
import {
  countingProxy,
  describeReal,
  eventually,
  type CountingProxy,
  type RealDaemon,
  injectedLabels,
} from '@route-server/testbed'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dockerEngine } from './docker-engine.ts'
import { startMachine, type Machine } from './machine.ts'

jest.setTimeout(60_000)

const PORT = { 'rediacc.service_port': '8080' }
/** Of an event, the request that it leads to and the answer, heads included. */
const MOST_BYTES = 4_096

describeReal('what the route server asks of a daemon', () => {
  let machine: Machine
  let daemon: RealDaemon
  let proxy: CountingProxy
  let engine: EngineUnderTest
  const all: string[] = []

  beforeAll(async () => {
    // What it asks unasked-for would blur the counts.
    const settings = { sockets: './counted/docker-*.sock', liveness: '1h', resync: '1h' }
    machine = await startMachine({ settings })
    daemon = machine.daemons[0]
    await mkdir(join(machine.directory, 'counted'))
    proxy = await countingProxy({
      listen: join(machine.directory, `counted/docker-${daemon.networkId}.sock`),
      target: daemon.socket,
    })
    engine = await dockerEngine(daemon.socket)
  })

  afterAll(async () => {
    await proxy.close()
    await machine.close()
  })

  const described = (name: string, slot: number, labels: Readonly<Record<string, string>> = {}): ContainerSpec => ({
    name,
    exposedPorts: ['8080/tcp'],
    labels: {
      ...injectedLabels(daemon.networkId, name, slot),
      ...labels,
    },
  })

  /** Creates a container without starting it; resolves to its ID. */
  const create = async (...description: Parameters<typeof described>): Promise<string> =>
    engine.create(described(...description))

  const routed = (name: string, is = true): Promise<unknown> =>
    machine.traefik.waitFor(({ services = {} }) => `${name}-${daemon.networkId}@http` in services === is)

  /** Waits until nothing has been asked for longer than any event waits for company, and counts anew from then on. */
  const settle = async (): Promise<{ requests: string[]; bytes: number }> => {
    let before: number
    do {
      before = proxy.requests().length
      await sleep(1_300)
    } while (before !== proxy.requests().length)
    const { toClient, toDaemon } = proxy.bytes()
    const asked = { requests: proxy.requests(), bytes: toClient + toDaemon }
    all.push(...asked.requests)
    proxy.reset()
    return asked
  }

  const listOf = (...ids: string[]): string =>
    `GET /v1.41/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ id: ids }))}`

  test('at the start: its version, its events, one list, and what kind of daemon it is', async () => {
    await eventually(() => expect(proxy.requests().length).toBeGreaterThan(3))
    expect((await settle()).requests).toEqual([
      'GET /_ping',
      expect.stringMatching(/^GET \/v1\.41\/events\?filters=/),
      'GET /v1.41/containers/json?all=1',
      'GET /v1.41/info',
    ])
    expect(proxy.connections()).toBe(1)
  })

  test('a start costs one list of that one container', async () => {
    const id = await create('api', 0, PORT)
    await settle()
    await daemon.start('api')
    await routed('api')
    const { requests, bytes } = await settle()
    expect(requests).toEqual([listOf(id)])
    expect(bytes).toBeLessThan(MOST_BYTES)
  })

  test('the first start without a label that gives the port costs one inspect more, a later one does not', async () => {
    const id = await create('web', 1)
    await settle()
    await daemon.start('web')
    await routed('web')
    expect((await settle()).requests).toEqual([listOf(id), `GET /v1.41/containers/${id}/json`])

    await daemon.stop('web')
    await routed('web', false)
    await settle()
    await daemon.start('web')
    await routed('web')
    expect((await settle()).requests).toEqual([listOf(id)])
  })

  test('an end costs a list of that one container, and a few more where the daemon is late with it', async () => {
    const id = await create('short', 3, PORT)
    await daemon.start('short')
    await routed('short')
    await settle()
    await engine.kill('short')
    await routed('short', false)
    const { requests } = await settle()
    expect(new Set(requests)).toEqual(new Set([listOf(id)]))
    expect(requests.length).toBeLessThan(6)
  })

  test('health checks that find nothing new cost nothing', async () => {
    await engine.run({ ...described('healthy', 2, PORT), health: 'healthy' })
    await routed('healthy')
    await settle()
    expect(await settle()).toEqual({ requests: [], bytes: 0 })
  })

  test('a burst of starts costs fewer lists than starts, and one start the same among many containers as alone', async () => {
    const names = Array.from({ length: 16 }, (_, index) => `burst${index}`)
    const ids = await Promise.all(names.map((name, index) => create(name, 10 + index, PORT)))
    await settle()
    // A list at a time: while one is under way, starts gather for the next.
    proxy.setMode('slow:1000')
    await Promise.all(names.map((name) => daemon.start(name)))
    await Promise.all(names.map((name) => routed(name)))
    proxy.setMode('pass')
    const { requests } = await settle()
    expect(requests.length).toBeLessThan(names.length)
    expect(ids.filter((id) => !requests.some((request) => request.includes(id)))).toEqual([])

    await daemon.stop('api')
    await routed('api', false)
    await settle()
    await daemon.start('api')
    await routed('api')
    const { requests: one, bytes } = await settle()
    expect(one).toHaveLength(1)
    expect(bytes).toBeLessThan(MOST_BYTES)
  })

  test('nothing but GET was ever asked', () => {
    expect(all.filter((request) => !request.startsWith('GET '))).toEqual([])
    expect(all.length).toBeGreaterThan(10)
  })
})
