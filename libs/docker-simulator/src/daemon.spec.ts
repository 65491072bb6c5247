import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, type SimulatedDaemon, startDaemon, streamEvents } from './index.ts'

let folder: string
let socket: string
let daemon: SimulatedDaemon

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'))
  socket = join(folder, 'run/docker-2816.sock')
  daemon = await startDaemon({ socket, containers: [{ name: 'api' }] })
})

afterEach(async () => {
  await daemon.close()
  await rm(folder, { recursive: true })
})

const names = async () =>
  (JSON.parse((await ask(socket, '/containers/json?all=1')).text) as { Names: string[] }[]).map(({ Names }) => Names[0])

describe('a daemon', () => {
  test('makes its folder, replaces what lies in its place, and leaves one file there', async () => {
    await daemon.close()
    await writeFile(socket, 'left over')
    await daemon.listen()
    expect(await readdir(join(folder, 'run'))).toEqual(['docker-2816.sock'])
    expect(await names()).toEqual(['/api'])
  })

  test('gives the same IDs in every run', async () => {
    const twin = await startDaemon({ socket: join(folder, 'twin/docker-2816.sock'), containers: [{ name: 'api' }] })
    expect(twin.containers()[0]?.id).toBe(daemon.containers()[0]?.id)
    await twin.close()
  })

  test('that closes ends its streams and removes its socket', async () => {
    const stream = await streamEvents(socket)
    await daemon.close()
    expect(await stream.ended).toEqual([])
    expect(existsSync(socket)).toBe(false)
    await expect(ask(socket, '/_ping')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('that crashes breaks its streams and leaves a socket that refuses', async () => {
    const stream = await streamEvents(socket)
    await daemon.crash()
    await expect(stream.ended).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(existsSync(socket)).toBe(true)
    await expect(ask(socket, '/_ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('that comes back has its containers', async () => {
    await daemon.crash()
    daemon.run({ name: 'later' })
    await daemon.listen()
    expect(await names()).toEqual(['/later', '/api'])
  })

  test('whose socket disappears keeps its open streams', async () => {
    const stream = await streamEvents(socket)
    await daemon.disappear()
    await expect(ask(socket, '/_ping')).rejects.toMatchObject({ code: 'ENOENT' })
    daemon.update('api')
    expect((await stream.atLeast(1))[0]?.Action).toBe('update')
    await daemon.listen()
    expect(await names()).toEqual(['/api'])
  })
})

describe('the containers', () => {
  test('change without events when nobody shall hear of it', async () => {
    const stream = await streamEvents(socket)
    daemon.silently(() => {
      daemon.stop('api')
      daemon.run({ name: 'new' })
    })
    daemon.update('new')
    expect((await stream.atLeast(1)).map(({ Action }) => Action)).toEqual(['update'])
    expect(daemon.containers().map(({ name, state }) => [name, state])).toEqual([
      ['new', 'running'],
      ['api', 'exited'],
    ])
    stream.close()
  })

  test('are recreated under a new ID, with the changes that were asked for', () => {
    const [before] = daemon.containers()
    const id = daemon.recreate('api', { labels: { a: 'b' } })
    expect(id).not.toBe(before?.id)
    expect(daemon.containers()).toMatchObject([{ id, name: 'api', labels: { a: 'b' }, state: 'running' }])
  })

  test('that do not exist or whose name is taken are an error in Docker’s words', () => {
    expect(() => daemon.stop('nope')).toThrow('No such container: nope')
    expect(() => daemon.run({ name: 'api' })).toThrow('The container name "/api" is already in use')
    expect(() => daemon.unpause('api')).toThrow('is not paused')
  })

  test('change their health with one event for each change', async () => {
    daemon.run({ name: 'db', health: 'starting' })
    const stream = await streamEvents(socket)
    daemon.setHealth('db', 'healthy')
    daemon.setHealth('db', 'healthy')
    daemon.setHealth('db', 'unhealthy')
    daemon.update('db')
    expect((await stream.atLeast(3)).map(({ Action }) => Action)).toEqual([
      'health_status: healthy',
      'health_status: unhealthy',
      'update',
    ])
    stream.close()
  })

  test('remember their last five health checks, with what each printed', async () => {
    daemon.run({ name: 'db', health: 'starting' })
    const health = async () =>
      (JSON.parse((await ask(socket, '/containers/db/json')).text) as { State: { Health: unknown } }).State.Health
    expect(await health()).toEqual({ Status: 'starting', FailingStreak: 0, Log: [] })
    daemon.setHealth('db', 'healthy')
    for (let n = 0; n < 2; n++) daemon.setHealth('db', 'unhealthy', `no ${n}`)
    const failure = { ExitCode: 1, Start: expect.any(String), End: expect.stringMatching(/^2.*Z$/) }
    const expected = [{ ExitCode: 0 }, { ...failure, Output: 'no 0' }, { ...failure, Output: 'no 1' }]
    expect(await health()).toMatchObject({ Status: 'unhealthy', FailingStreak: 2, Log: expected })
    for (let n = 0; n < 9; n++) daemon.setHealth('db', 'unhealthy')
    expect(await health()).toMatchObject({ FailingStreak: 5, Log: Array(5).fill(failure) })
    daemon.restart('db')
    expect(await health()).toMatchObject({ Log: [] })
  })

  test('of other networks have addresses and ports while they run', async () => {
    daemon.run({
      name: 'web',
      networkMode: 'front',
      networks: { front: { ip: '172.18.0.2' }, back: { ip: '172.19.0.2', ipv6: 'fd00::2' } },
      exposedPorts: ['9000/tcp'],
      publishedPorts: { '80/tcp': { ip: '127.0.0.1', port: 8080 } },
    })
    const inspect = async () => JSON.parse((await ask(socket, '/containers/web/json')).text) as unknown
    const networks = (front: string, back: string) => ({ front: { IPAddress: front }, back: { IPAddress: back } })
    expect(await inspect()).toMatchObject({
      Config: { ExposedPorts: { '80/tcp': {}, '9000/tcp': {} } },
      HostConfig: { NetworkMode: 'front', PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }] } },
      NetworkSettings: {
        Ports: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '9000/tcp': null },
        Networks: networks('172.18.0.2', '172.19.0.2'),
      },
    })
    expect(JSON.parse((await ask(socket, '/containers/json?limit=1')).text)).toMatchObject([
      {
        Ports: [
          { IP: '127.0.0.1', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
          { PrivatePort: 9000, Type: 'tcp' },
        ],
      },
    ])
    daemon.stop('web')
    expect(await inspect()).toMatchObject({ NetworkSettings: { Ports: {}, Networks: networks('', '') } })
  })
})

describe('the counters', () => {
  test('tell calls, methods, bytes and open streams, and name every request that was not a read', async () => {
    const stream = await streamEvents(socket)
    await ask(socket, '/v1.41/containers/json')
    await ask(socket, '/_ping', 'HEAD')
    await ask(socket, '/containers/api/stop', 'POST')
    const counters = daemon.counters()
    expect(counters.calls).toEqual({ ping: 1, version: 0, info: 0, list: 1, inspect: 0, events: 1, other: 1 })
    expect(counters.methods).toEqual({ GET: 2, HEAD: 1, POST: 1 })
    expect(counters.violations).toEqual(['POST /containers/api/stop'])
    expect(counters).toMatchObject({ openEventStreams: 1, connections: 4 })
    expect(counters.bytesSent).toBeGreaterThan(1000)
    expect(counters.bytesReceived).toBeGreaterThan(100)
    expect(daemon.containers()[0]?.state).toBe('running')

    daemon.resetCounters()
    expect(daemon.counters()).toMatchObject({ bytesSent: 0, violations: [], connections: 0, openEventStreams: 1 })
    daemon.update('api')
    const [event] = await stream.atLeast(1)
    expect(daemon.counters().bytesSent).toBeGreaterThan(JSON.stringify(event).length)
    stream.close()
  })
})

test('whether containers outlive the daemon is as told', async () => {
  const does = async (path: string) =>
    (JSON.parse((await ask(path, '/info')).text) as { LiveRestoreEnabled: boolean }).LiveRestoreEnabled
  const other = await startDaemon({ socket: join(folder, 'other.sock'), liveRestore: true })
  expect([await does(socket), await does(other.socket)]).toEqual([false, true])
  await other.close()
})

test('the API versions are as told', async () => {
  const old = await startDaemon({ socket: join(folder, 'old.sock'), apiVersion: '1.24', minApiVersion: '1.20' })
  expect((await ask(old.socket, '/_ping')).headers['api-version']).toBe('1.24')
  expect((await ask(old.socket, '/v1.25/info')).text).toContain('too new. Maximum supported API version is 1.24')
  expect((await ask(old.socket, '/v1.19/info')).text).toContain('too old. Minimum supported API version is 1.20')
  await old.close()
})

test('only the last 256 events are remembered', async () => {
  for (let n = 0; n < 300; n++) daemon.update('api')
  const stream = await streamEvents(socket, '?since=0')
  expect(await stream.atLeast(256)).toHaveLength(256)
  stream.close()
})

test('a listing of 10,000 containers is whole, and one of them is found by its ID', async () => {
  daemon.silently(() => {
    for (let n = 0; n < 9_999; n++) daemon.run({ name: `c${n}`, labels: { n: String(n) } })
  })
  expect(await names()).toHaveLength(10_000)
  const id = daemon.containers()[5]?.id ?? ''
  const filters = encodeURIComponent(JSON.stringify({ id: [id] }))
  expect(JSON.parse((await ask(socket, `/containers/json?filters=${filters}`)).text)).toMatchObject([{ Id: id }])
})
