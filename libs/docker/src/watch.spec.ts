import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { faults, startDaemon, type DaemonOptions, type SimulatedDaemon } from '@route-server/docker-simulator'
import type { DaemonStatus, Interest, Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { watchDaemons, type DaemonWatch, type WatchOptions } from './watch.ts'

/** Short where a test waits for it, long where a call between would spoil the count. */
const TIMING = {
  answer: 300,
  list: 300,
  inspect: 300,
  patience: 150,
  tolerance: 150,
  backOff: 20,
  longestBackOff: 50,
  liveness: 1_000_000,
  resync: 1_000_000,
}

jest.setTimeout(30_000)

let folder: string
let daemons: SimulatedDaemon[]
let watches: DaemonWatch[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'))
  daemons = []
  watches = []
})

afterEach(async () => {
  await Promise.all(watches.map((watch) => watch.close()))
  await Promise.all(daemons.map((daemon) => daemon.close()))
  rmSync(folder, { recursive: true, force: true })
})

const socketOf = (network: number): string => join(folder, `docker-${network}.sock`)

async function simulate(options: Partial<DaemonOptions> = {}): Promise<SimulatedDaemon> {
  const daemon = await startDaemon({ socket: socketOf(64), ...options })
  daemons.push(daemon)
  return daemon
}

function watch({ timing, ...options }: Partial<WatchOptions> = {}): DaemonWatch {
  const quiet = (): void => undefined
  const watched = watchDaemons({
    sockets: [join(folder, 'docker-*.sock')],
    wantsPorts: () => false,
    log: { debug: quiet, info: quiet, warn: quiet },
    timing: { ...TIMING, ...timing },
    ...options,
  })
  watches.push(watched)
  return watched
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`It never came to this: ${condition.toString()}`)
    await pause(5)
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

const statusOf = (watched: DaemonWatch, network = 64): DaemonStatus | undefined =>
  watched.read().daemons.find((status) => status.network === network)
const stateOf = (watched: DaemonWatch, network = 64): string | undefined => statusOf(watched, network)?.state
const listingOf = (watched: DaemonWatch, network = 64): Listing | undefined => watched.read().listings.get(network)
const containersOf = (watched: DaemonWatch, network = 64): readonly Container[] =>
  listingOf(watched, network)?.containers ?? []
const namesOf = (watched: DaemonWatch, network = 64): string[] =>
  containersOf(watched, network)
    .map(({ name }) => name)
    .sort()
const find = (watched: DaemonWatch, name: string): Container | undefined =>
  containersOf(watched).find((container) => container.name === name)
const codesOf = (watched: DaemonWatch): string[] => watched.read().diagnostics.map(({ code }) => code)

async function watchLive(options: Partial<WatchOptions> = {}): Promise<DaemonWatch> {
  const watched = watch(options)
  await until(() => stateOf(watched) === 'live')
  return watched
}

describe('a daemon', () => {
  test('is unknown until it is listed, and then live, after three calls; a fourth asks what kind it is', async () => {
    const daemon = await simulate({ containers: [{ name: 'web', labels: { a: 'b' } }, { name: 'db' }] })
    const watched = watch()
    expect(watched.read().unknown).toEqual([`The daemon at ${daemon.socket} hasn't been listed yet.`])
    expect(stateOf(watched)).toBe('pending')
    await until(() => stateOf(watched) === 'live')
    expect(watched.read().unknown).toEqual([])
    expect(namesOf(watched)).toEqual(['db', 'web'])
    expect(find(watched, 'web')).toMatchObject({
      labels: { a: 'b' },
      network: 64,
      daemon: daemon.socket,
      networkMode: 'host',
    })
    await until(() => daemon.counters().calls.info === 1)
    expect(daemon.counters().calls).toMatchObject({ ping: 1, info: 1, events: 1, list: 1, inspect: 0 })
    expect(Object.keys(daemon.counters().methods)).toEqual(['GET'])
  })

  test('owes an answer from the event on, until the snapshot has it', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const heard: (Promise<unknown> | undefined)[] = []
    const watched = await watchLive({
      wantsPorts: () => true,
      timing: { coalesce: 0 },
      // As soon as whoever heard it has been told.
      heard: () => queueMicrotask(() => queueMicrotask(() => heard.push(watched.underWay()))),
    })
    await until(() => watched.underWay() === undefined)
    daemon.run({ name: 'late' })
    await until(() => heard.some((news) => news !== undefined))
    await heard.find((news) => news !== undefined)
    expect(namesOf(watched)).toContain('late')
    await until(() => watched.underWay() === undefined)
  })

  test('that hangs is waited for once, not by everybody until its deadline', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { list: 1_000_000 } })
    await until(() => watched.underWay() === undefined)
    daemon.fault('list', faults.hang())
    daemon.run({ name: 'late' })
    await until(() => watched.underWay() !== undefined)
    await watched.underWay()
    expect(watched.underWay()).toBe(undefined)
    expect(namesOf(watched)).toEqual(['web'])
  })

  test.each(['1.24', '1.41', '1.52'])('that speaks %s is understood', async (apiVersion) => {
    await simulate({ apiVersion, containers: [{ name: 'web' }] })
    const watched = await watchLive()
    expect(namesOf(watched)).toEqual(['web'])
  })

  test('that is too old is said to be', async () => {
    await simulate({ apiVersion: '1.23' })
    const watched = watch()
    await until(() => codesOf(watched).includes('DAEMON_TOO_OLD'))
    expect(watched.read().unknown.join()).toContain('1.24 or newer is needed')
  })

  test('that appears is adopted, also with its folder, and in a folder made anew', async () => {
    const watched = watch({ sockets: [join(folder, 'later/docker-*.sock')], timing: { rescan: 50 } })
    expect(watched.read().unknown).toEqual([])
    const first = await simulate({ socket: join(folder, 'later/docker-64.sock') })
    await until(() => stateOf(watched, 64) === 'live')
    await first.close()
    rmSync(join(folder, 'later'), { recursive: true })
    await until(() => stateOf(watched, 64) === 'gone')
    await simulate({ socket: join(folder, 'later/docker-128.sock') })
    await until(() => stateOf(watched, 128) === 'live')
    expect(watched.read().unknown).toEqual([])
  })

  test('whose socket is removed is gone at once, keeps its containers for the grace, and then goes with them', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { rescan: 50, goneGrace: 300 } })
    const listing = listingOf(watched)
    await daemon.close()
    await until(() => stateOf(watched) === 'gone')
    expect(listingOf(watched)).toBe(listing)
    await until(() => watched.read().daemons.length === 0)
    expect(watched.read().listings.size).toBe(0)
  })

  test('whose socket comes back within the grace keeps its containers', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { rescan: 50 } })
    const listing = listingOf(watched)
    const seen = new Set<Listing | undefined>()
    watched.subscribe(() => seen.add(listingOf(watched)))
    await daemon.close()
    await until(() => stateOf(watched) === 'gone')
    await daemon.listen()
    await until(() => stateOf(watched) === 'live')
    expect([...seen]).toEqual([listing])
  })

  test('whose socket is made anew is connected to there, though the old event stream is open', async () => {
    const daemon = await simulate({ containers: [{ name: 'old' }] })
    const watched = await watchLive({ timing: { rescan: 50 } })
    const other = await simulate({ socket: join(folder, 'other'), containers: [{ name: 'new' }] })
    renameSync(other.socket, daemon.socket)
    await until(() => namesOf(watched).join() === 'new')
    await until(() => daemon.counters().openEventStreams === 0)
  })
})

describe('sockets', () => {
  test('without a network ID in their name are not adopted, and said', async () => {
    await simulate({ socket: join(folder, 'docker-65.sock') })
    const watched = watch()
    expect(watched.read().daemons).toEqual([])
    expect(watched.read().unknown).toEqual([])
    expect(codesOf(watched)).toEqual(['SOCKET_NAME_INVALID'])
  })

  test('with one ID: the smaller path is adopted, the other is said, and takes over when the first is gone', async () => {
    const a = await simulate({ socket: join(folder, 'a/docker-64.sock'), containers: [{ name: 'in-a' }] })
    const b = await simulate({ socket: join(folder, 'b/docker-64.sock'), containers: [{ name: 'in-b' }] })
    const watched = watch({ sockets: [b.socket, a.socket], timing: { rescan: 50 } })
    await until(() => stateOf(watched) === 'live')
    expect(namesOf(watched)).toEqual(['in-a'])
    expect(watched.read().diagnostics).toMatchObject([
      { code: 'NETWORK_ID_TAKEN', origin: { daemon: b.socket, network: 64 } },
    ])
    expect(watched.read().diagnostics[0]?.message).toContain(a.socket)
    const seen = new Set<string>()
    watched.subscribe(() => seen.add(namesOf(watched).join()))
    await a.close()
    await until(() => namesOf(watched).join() === 'in-b')
    expect([...seen].sort()).toEqual(['in-a', 'in-b'])
    expect(codesOf(watched)).toEqual([])
    await a.listen()
    await until(() => codesOf(watched).includes('NETWORK_ID_TAKEN'))
    expect(watched.read().daemons.map(({ daemon, state }) => [daemon, state])).toEqual([
      [a.socket, 'gone'],
      [b.socket, 'live'],
    ])
    expect(namesOf(watched)).toEqual(['in-b'])
  })

  test('that were adopted stay so, whatever appears beside them', async () => {
    const b = await simulate({ socket: join(folder, 'b/docker-64.sock') })
    const watched = watch({ sockets: [join(folder, '*/docker-*.sock')], timing: { rescan: 50 } })
    await until(() => stateOf(watched) === 'live')
    await simulate({ socket: join(folder, 'a/docker-64.sock') })
    await until(() => codesOf(watched).includes('NETWORK_ID_TAKEN'))
    expect(statusOf(watched)?.daemon).toBe(b.socket)
  })

  test('in a folder that turns unreadable keep their state', async () => {
    await simulate({ containers: [{ name: 'web' }] })
    symlinkSync(folder, join(folder, 'link'))
    const watched = watch({ sockets: [join(folder, 'link/docker-*.sock')], timing: { rescan: 50 } })
    await until(() => stateOf(watched) === 'live')
    // Root may read any folder, but not a link to itself.
    rmSync(join(folder, 'link'))
    symlinkSync('link', join(folder, 'link'))
    await until(() => codesOf(watched).includes('FOLDER_UNREADABLE'))
    await pause(200)
    expect(stateOf(watched)).toBe('live')
    expect(namesOf(watched)).toEqual(['web'])
  })

  test('that show in a folder unreadable at the start count as known at the start', async () => {
    symlinkSync('link', join(folder, 'link'))
    await simulate({ socket: join(folder, 'real/docker-64.sock') })
    const watched = watch({ sockets: [join(folder, 'link/docker-*.sock')], timing: { rescan: 50 } })
    expect(watched.read().unknown).toEqual([`The folder ${join(folder, 'link')} can't be read.`])
    const unknown: number[] = []
    watched.subscribe(() => unknown.push(watched.read().unknown.length))
    rmSync(join(folder, 'link'))
    symlinkSync('real', join(folder, 'link'))
    await until(() => stateOf(watched) === 'live')
    expect(unknown.slice(0, -1).every((count) => count === 1)).toBe(true)
    expect(watched.read().unknown).toEqual([])
  })
})

describe('a change', () => {
  test.each<[string, (daemon: SimulatedDaemon) => void, Partial<Container>, number]>([
    ['pause', (daemon) => daemon.pause('web'), { state: 'paused' }, 0],
    ['health', (daemon) => daemon.setHealth('web', 'healthy'), { health: 'healthy' }, 0],
    ['bad health', (daemon) => daemon.setHealth('web', 'unhealthy'), { health: 'unhealthy' }, 1],
    ['the end', (daemon) => daemon.die('web', 1), { state: 'exited' }, 0],
  ])('by %s costs one call and shows; only bad health is inspected', async (_, act, expected, inspect) => {
    const daemon = await simulate({ containers: [{ name: 'web', health: 'starting' }, { name: 'other' }] })
    const watched = await watchLive()
    const other = find(watched, 'other')
    daemon.resetCounters()
    act(daemon)
    await until(() =>
      Object.entries(expected).every(([key, value]) => find(watched, 'web')?.[key as keyof Container] === value),
    )
    await pause(300)
    expect(daemon.counters().calls).toMatchObject({ ping: 0, list: 1, inspect, events: 0 })
    expect(find(watched, 'other')).toBe(other)
  })

  test('by rename and removal shows', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }, { name: 'db' }] })
    const watched = await watchLive()
    daemon.rename('web', 'api')
    await until(() => namesOf(watched).join() === 'api,db')
    daemon.remove('db')
    await until(() => namesOf(watched).join() === 'api')
  })

  test('by docker run is one call, by create alone one too', async () => {
    const daemon = await simulate()
    const watched = await watchLive()
    await pause(TIMING.patience)
    daemon.resetCounters()
    daemon.run({ name: 'web' })
    await until(() => namesOf(watched).join() === 'web')
    await pause(300)
    expect(daemon.counters().calls.list).toBe(1)
    daemon.create({ name: 'idle' })
    await until(() => find(watched, 'idle')?.state === 'created')
    expect(daemon.counters().calls.list).toBe(2)
  })

  test('that changes nothing makes no new snapshot listing', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive()
    const listing = listingOf(watched)
    daemon.resetCounters()
    daemon.update('web')
    await until(() => daemon.counters().calls.list === 1)
    await pause(100)
    expect(listingOf(watched)).toBe(listing)
    expect(watched.read()).toBe(watched.read())
  })

  test('that comes with a hundred others costs a call per 100 ms, not one each', async () => {
    const daemon = await simulate()
    const watched = await watchLive()
    daemon.resetCounters()
    const started = performance.now()
    for (let n = 0; n < 100; n += 1) {
      daemon.run({ name: `web-${n}` })
      await pause(8)
    }
    await until(() => namesOf(watched).length === 100)
    const { calls } = daemon.counters()
    expect(calls.list).toBeLessThanOrEqual(2 + (performance.now() - started) / 100)
    expect(calls).toMatchObject({ ping: 0, inspect: 0, events: 0 })
  })

  test('of more than one call can name, but not of most, is several calls for those', async () => {
    const containers = Array.from({ length: 500 }, (_, n) => ({ name: `web-${n}` }))
    const daemon = await simulate({ containers })
    const watched = await watchLive()
    daemon.resetCounters()
    for (let n = 0; n < 201; n += 1) daemon.pause(`web-${n}`)
    await until(() => containersOf(watched).filter(({ state }) => state === 'paused').length === 201)
    await pause(300)
    const { calls, bytesSent } = daemon.counters()
    expect(calls.list).toBeGreaterThanOrEqual(3)
    expect(calls.list).toBeLessThanOrEqual(5)
    expect(bytesSent).toBeLessThan(450_000)
  })

  test('more at once than one call can name is one list of everything', async () => {
    const daemon = await simulate()
    const watched = await watchLive()
    daemon.resetCounters()
    for (let n = 0; n < 300; n += 1) daemon.run({ name: `web-${n}` })
    await until(() => namesOf(watched).length === 300)
    await pause(300)
    expect(daemon.counters().calls.list).toBeLessThanOrEqual(3)
    expect(stateOf(watched)).toBe('live')
  })

  test('during the first list is not missed', async () => {
    const daemon = await simulate({ containers: [{ name: 'early' }] })
    daemon.fault('list', faults.slow(100, 5), 1)
    const watched = watch()
    await until(() => daemon.counters().calls.list === 1)
    daemon.run({ name: 'late' })
    await until(() => namesOf(watched).join() === 'early,late')
    expect(daemon.counters().calls).toMatchObject({ list: 2, events: 1 })
  })

  test('is told to every subscriber until it leaves, whatever another does', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive()
    let told = 0
    watched.subscribe(() => {
      throw new Error('no')
    })
    const leave = watched.subscribe(() => (told += 1))
    daemon.pause('web')
    await until(() => told === 1)
    leave()
    daemon.unpause('web')
    await until(() => find(watched, 'web')?.state === 'running')
    expect(told).toBe(1)
  })
})

describe('a flood of events', () => {
  test('costs a few looks, and others are not held up', async () => {
    const containers = Array.from({ length: 3_000 }, (_, n) => ({ name: `web-${n}` }))
    const noisy = await simulate({ containers })
    const other = await simulate({ socket: socketOf(128) })
    const watched = await watchLive({ timing: { list: 10_000, answer: 10_000 } })
    await until(() => stateOf(watched, 128) === 'live')
    noisy.resetCounters()
    for (let round = 0; round < 5; round += 1) {
      for (const { name } of containers) noisy.update(name)
      await pause(20)
    }
    noisy.pause('web-7')
    other.run({ name: 'unharmed' })
    await until(() => namesOf(watched, 128).join() === 'unharmed')
    await until(() => find(watched, 'web-7')?.state === 'paused')
    await pause(500)
    expect(noisy.counters().calls.list).toBeLessThan(60)
    expect(noisy.counters().calls).toMatchObject({ ping: 0, events: 0 })
    expect(stateOf(watched)).toBe('live')
  })
})

describe('the clock', () => {
  let offset: number
  const real = Date.now
  const clock = (): number => real() + offset

  beforeEach(() => {
    offset = 0
    jest.spyOn(Date, 'now').mockImplementation(clock)
  })

  afterEach(() => {
    jest.restoreAllMocks()
  })

  test('may be set back and forth: the daemon stays live, and changes show', async () => {
    const daemon = await simulate({ clock, containers: [{ name: 'web' }] })
    // However busy the machine is, only an answer that never comes is too late; the checks would end then.
    const watched = await watchLive({ timing: { liveness: 30, answer: 20_000, list: 20_000 } })
    const states = new Set<string | undefined>()
    watched.subscribe(() => states.add(stateOf(watched)))
    for (const hours of [0, -1, 72, -48, 0]) {
      offset = hours * 3_600_000
      daemon.pause('web')
      await until(() => find(watched, 'web')?.state === 'paused')
      daemon.unpause('web')
      await until(() => find(watched, 'web')?.state === 'running')
      // Of these, two at least began later than all that and were answered.
      const asked = daemon.counters().calls.events
      await until(() => daemon.counters().calls.events >= asked + 3)
    }
    expect([...states]).toEqual(['live'])
    expect(daemon.counters().calls.ping).toBe(1)
  })

  test('that was set back brings events of an earlier connection again, which is no reason for another', async () => {
    const daemon = await simulate({ clock, containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { liveness: 50, tolerance: 20 } })
    await pause(500)
    for (let n = 0; n < 20; n += 1) daemon.update('web')
    offset = -500
    daemon.cutEvents()
    await until(() => daemon.counters().calls.ping === 2 && stateOf(watched) === 'live')
    await pause(1_000)
    expect(daemon.counters().calls.ping).toBe(2)
    expect(stateOf(watched)).toBe('live')
  })
})

describe('what is listened on', () => {
  const interestIn = ({ name, listeningPorts }: Container): Interest => ({
    address: `127.0.0.${name === 'web' ? 66 : 67}`,
    isWanted: listeningPorts === undefined,
  })
  const curious = { wantsPorts: () => true, interestIn, timing: { shortestLook: 5 } }

  test('is shown of the containers that it is wanted of, with one read for all of them, and not looked at again', async () => {
    await simulate({ containers: [{ name: 'web' }, { name: 'api' }, { name: 'db', exposedPorts: ['5432/tcp'] }] })
    const listeners = [66, 67].map((last) => ({ address: `127.0.0.${last}`, port: 3000 + last }))
    let reads = 0
    const watched = await watchLive({ ...curious, listeners: () => (reads++, listeners) })
    await until(() => ['web', 'api'].every((name) => find(watched, name)?.listeningPorts !== undefined))
    expect(find(watched, 'web')?.listeningPorts).toEqual([3066])
    expect(find(watched, 'api')?.listeningPorts).toEqual([3067])
    expect(find(watched, 'db')?.listeningPorts).toBeUndefined()
    expect(reads).toBe(2)
    await pause(100)
    expect(reads).toBe(2)
  })

  test('is looked at again after a restart', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    let port = 3000
    const watched = await watchLive({ ...curious, listeners: () => [{ address: '127.0.0.66', port }] })
    await until(() => find(watched, 'web')?.listeningPorts?.[0] === 3000)
    port = 4000
    await pause(50)
    expect(find(watched, 'web')?.listeningPorts).toEqual([3000])
    daemon.restart('web')
    await until(() => find(watched, 'web')?.listeningPorts?.[0] === 4000)
  })

  test('is not looked at any more once the watch is closed', async () => {
    await simulate({ containers: [{ name: 'web' }] })
    let reads = 0
    const watched = await watchLive({ ...curious, listeners: () => (reads++, []) })
    await until(() => reads > 0)
    await watched.close()
    const before = reads
    await pause(100)
    expect(reads).toBe(before)
  })
})

describe('ports', () => {
  const wantsPorts = (container: Container): boolean => container.name.startsWith('web')

  test('are inspected where they are wanted, and the first listing has them', async () => {
    const daemon = await simulate({
      containers: [
        { name: 'web', exposedPorts: ['8080/tcp', '53/udp'] },
        { name: 'db', exposedPorts: ['5432/tcp'] },
      ],
    })
    const watched = watch({ wantsPorts })
    const seen: unknown[] = []
    watched.subscribe(() => seen.push(find(watched, 'web')?.exposedPorts))
    await until(() => stateOf(watched) === 'live')
    const ports = [
      { number: 53, protocol: 'udp' },
      { number: 8080, protocol: 'tcp' },
    ]
    expect(seen.filter(Boolean)).toEqual([ports])
    expect(find(watched, 'db')?.exposedPorts).toBeUndefined()
    expect(daemon.counters().calls).toMatchObject({ list: 1, inspect: 1 })
    daemon.resetCounters()
    daemon.stop('web')
    await until(() => find(watched, 'web')?.state === 'exited')
    daemon.start('web')
    await until(() => find(watched, 'web')?.state === 'running')
    expect(find(watched, 'web')?.exposedPorts).toEqual(ports)
    expect(daemon.counters().calls.inspect).toBe(0)
  })

  test('of a new container come with it', async () => {
    const daemon = await simulate()
    const watched = await watchLive({ wantsPorts })
    daemon.resetCounters()
    daemon.run({ name: 'web', exposedPorts: ['80/tcp'] })
    await until(() => find(watched, 'web') !== undefined)
    expect(find(watched, 'web')?.exposedPorts).toEqual([{ number: 80, protocol: 'tcp' }])
    expect(daemon.counters().calls).toMatchObject({ list: 1, inspect: 1 })
  })

  test('that cannot be had hold up nothing, and are asked for again', async () => {
    const daemon = await simulate({ containers: [{ name: 'web', exposedPorts: ['80/tcp'] }] })
    daemon.fault('inspect', faults.status(500))
    const watched = await watchLive({ wantsPorts })
    expect(find(watched, 'web')?.exposedPorts).toBeUndefined()
    expect(namesOf(watched)).toEqual(['web'])
    daemon.heal()
    daemon.run({ name: 'other' })
    await until(() => find(watched, 'web')?.exposedPorts !== undefined)
  })

  test('whose inspect hangs keep only their own container from view', async () => {
    const daemon = await simulate()
    const watched = await watchLive({ wantsPorts, timing: { inspect: 2_000 } })
    daemon.fault('inspect', faults.hang())
    daemon.run({ name: 'web' })
    await pause(20)
    daemon.run({ name: 'other' })
    await until(() => namesOf(watched).includes('other'))
    expect(namesOf(watched)).toEqual(['other'])
    await until(() => namesOf(watched).join() === 'other,web')
  })
})

describe('an unhealthy container', () => {
  test('is shown at once, and again with what its health check says', async () => {
    const daemon = await simulate({ containers: [{ name: 'web', health: 'starting' }] })
    const watched = await watchLive()
    const seen: (string | undefined)[] = []
    watched.subscribe(() => {
      const web = find(watched, 'web')
      if (web?.health === 'unhealthy') seen.push(web.healthLog?.output)
    })
    daemon.fault('inspect', faults.slow(1_000, 20))
    daemon.setHealth('web', 'unhealthy', 'connection\u001b[31m refused')
    await until(() => seen.length === 2)
    expect(seen).toEqual([undefined, 'connection\u001b[31m refused'])
    const web = find(watched, 'web')
    daemon.cutEvents()
    await until(() => daemon.counters().calls.list === 3)
    await until(() => stateOf(watched) === 'live')
    expect(find(watched, 'web')).toBe(web)
    expect(daemon.counters().calls.inspect).toBe(1)
    daemon.setHealth('web', 'healthy')
    await until(() => find(watched, 'web')?.health === 'healthy')
    expect(find(watched, 'web')).not.toHaveProperty('healthLog')
  })

  test('whose inspect fails is inspected no second time', async () => {
    const daemon = await simulate({ containers: [{ name: 'web', health: 'unhealthy' }] })
    daemon.fault('inspect', faults.status(500))
    const watched = await watchLive()
    daemon.run({ name: 'other' })
    await until(() => namesOf(watched).length === 2)
    await pause(200)
    expect(daemon.counters().calls.inspect).toBe(1)
  })
})

describe('with listings of the run before', () => {
  async function listed(options: Partial<DaemonOptions> = {}): Promise<ReadonlyMap<number, Listing>> {
    const daemon = await simulate({ containers: [{ name: 'web', labels: { a: 'b' } }], ...options })
    const watched = await watchLive()
    const { listings } = watched.read()
    await watched.close()
    await daemon.close()
    return new Map(JSON.parse(JSON.stringify([...listings])) as [number, Listing][])
  }

  test('a daemon is stale and known at once, and its containers stay the same objects when it is heard', async () => {
    const before = await listed()
    const daemon = await simulate({ containers: [{ name: 'web', labels: { a: 'b' } }] })
    daemon.fault('list', faults.slow(400, 20))
    const watched = watch({ before })
    expect(watched.read().unknown).toEqual([])
    expect(statusOf(watched)).toMatchObject({ state: 'stale', containers: 1, reason: expect.stringContaining('disk') })
    expect(codesOf(watched)).toEqual([])
    const listing = listingOf(watched)
    expect(listing).toEqual(before.get(64))
    await until(() => stateOf(watched) === 'live')
    expect(find(watched, 'web')?.id).toBe(daemon.containers()[0]?.id)
    // Created again just now, unless it was in the same second.
    if (find(watched, 'web')?.created === listing?.containers[0]?.created) expect(listingOf(watched)).toBe(listing)
  })

  test('a daemon that hangs keeps them, and others are not held up', async () => {
    const before = await listed()
    const hung = await simulate()
    hung.fault('all', faults.hang())
    await simulate({ socket: socketOf(128), containers: [{ name: 'other' }] })
    const watched = watch({ before })
    await until(() => stateOf(watched, 128) === 'live' && codesOf(watched).includes('DAEMON_STALE'))
    expect(stateOf(watched)).toBe('stale')
    expect(namesOf(watched)).toEqual(['web'])
  })

  test('a daemon without its socket is gone, and let go after the grace', async () => {
    const before = await listed()
    const watched = watch({ before, timing: { goneGrace: 300 } })
    expect(stateOf(watched)).toBe('gone')
    expect(watched.read().unknown).toEqual([])
    expect(namesOf(watched)).toEqual(['web'])
    await until(() => watched.read().daemons.length === 0)
    expect(watched.read().listings.size).toBe(0)
  })

  test('a daemon whose socket comes within the grace keeps them until it is listed', async () => {
    const before = await listed()
    const watched = watch({ before, timing: { rescan: 50 } })
    const seen = new Set<string>()
    watched.subscribe(() => seen.add(`${stateOf(watched)} ${namesOf(watched).join()}`))
    await simulate({ containers: [{ name: 'new' }] })
    await until(() => stateOf(watched) === 'live')
    expect([...seen]).toEqual(['stale web', 'live new'])
  })

  test('a daemon that is found elsewhere keeps them there', async () => {
    const before = await listed()
    const moved = await simulate({ socket: join(folder, 'moved/docker-64.sock') })
    moved.fault('all', faults.hang())
    const watched = watch({ before, sockets: [moved.socket] })
    expect(watched.read().daemons).toMatchObject([{ daemon: moved.socket, state: 'stale', containers: 1 }])
    expect(find(watched, 'web')?.daemon).toBe(moved.socket)
  })

  test('a daemon in a folder that cannot be read is stale until it can', async () => {
    const before = await listed({ socket: socketOf(64) })
    symlinkSync('link', join(folder, 'link'))
    const listing = { ...(before.get(64) as Listing), daemon: join(folder, 'link/docker-64.sock') }
    const sockets = [join(folder, 'link/docker-*.sock')]
    const watched = watch({ before: new Map([[64, listing]]), sockets, timing: { rescan: 50, goneGrace: 100 } })
    await pause(300)
    expect(stateOf(watched)).toBe('stale')
    expect(namesOf(watched)).toEqual(['web'])
    rmSync(join(folder, 'link'))
    mkdirSync(join(folder, 'link'))
    await until(() => watched.read().daemons.length === 0)
  })

  test('these are let go once they are taken over', async () => {
    await simulate()
    const [watched, earlier] = ((): [DaemonWatch, WeakRef<object>[]] => {
      const web = { id: 'a', name: 'web', image: '', created: 1, state: 'running', health: 'none', status: '' } as const
      const source = { network: 64, daemon: socketOf(64) }
      const containers: Container[] = [{ ...web, ...source, labels: {}, networkMode: 'host' }]
      const listing: Listing = { ...source, containers }
      const before = new Map([[64, listing]])
      return [watch({ before }), [before, listing, ...containers].map((one) => new WeakRef(one))]
    })()
    expect(namesOf(watched)).toEqual(['web'])
    await until(() => stateOf(watched) === 'live')
    setFlagsFromString('--expose-gc')
    ;(runInNewContext('gc') as () => void)()
    expect(earlier.map((one) => one.deref())).toEqual([undefined, undefined, undefined])
  })
})

describe('a daemon whose socket is removed', () => {
  const timing = { rescan: 50, goneGrace: 100, staleLimit: 1_000_000 }

  async function removed(act: (daemon: SimulatedDaemon) => void, options: Partial<DaemonOptions> = {}) {
    const daemon = await simulate({ containers: [{ name: 'web' }], liveRestore: true, ...options })
    const watched = await watchLive({ timing })
    await until(() => daemon.counters().calls.info === 1)
    await pause(50)
    act(daemon)
    await daemon.close()
    return watched
  }

  test('is stale where its containers outlive it, until it is back', async () => {
    const watched = await removed(() => undefined)
    await until(() => statusOf(watched)?.reason?.includes('live-restore') ?? false)
    await pause(300)
    expect(stateOf(watched)).toBe('stale')
    expect(namesOf(watched)).toEqual(['web'])
    expect(codesOf(watched)).toEqual(['DAEMON_STALE'])
    const [daemon] = daemons
    await daemon?.listen()
    await until(() => stateOf(watched) === 'live')
  })

  test('is stale in the next run, too', async () => {
    const watched = await removed(() => undefined)
    await until(() => watched.read().listings.get(64)?.outlived === true)
    const { listings } = watched.read()
    const next = watch({ timing, before: listings })
    await pause(300)
    expect([stateOf(next), namesOf(next)]).toEqual(['stale', ['web']])
  })

  test('is gone where its last container has just died', async () => {
    const watched = await removed((daemon) => daemon.kill('web'))
    await until(() => watched.read().daemons.length === 0)
  })

  test('is gone where it did not say that its containers outlive it', async () => {
    const watched = await removed(() => undefined, { liveRestore: false })
    await until(() => watched.read().daemons.length === 0)
  })

  test('makes room for another socket of its network', async () => {
    const daemon = await simulate({
      socket: join(folder, 'a/docker-64.sock'),
      containers: [{ name: 'old' }],
      liveRestore: true,
    })
    const watched = await watchLive({ sockets: [join(folder, '*/docker-64.sock')], timing })
    await until(() => daemon.counters().calls.info === 1)
    await pause(50)
    await daemon.close()
    await until(() => statusOf(watched)?.reason?.includes('live-restore') ?? false)
    await simulate({ socket: join(folder, 'b/docker-64.sock'), containers: [{ name: 'new' }] })
    await until(() => namesOf(watched).join() === 'new')
    await until(() => watched.read().daemons.length === 1)
    expect(stateOf(watched)).toBe('live')
  })
})

describe('the stale limit', () => {
  test('ends what a daemon is believed that has been silent for so long, until it is heard again', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { staleLimit: 300 } })
    daemon.fault('all', faults.hang())
    daemon.cutEvents()
    await until(() => stateOf(watched) === 'stale')
    expect(namesOf(watched)).toEqual(['web'])
    await until(() => listingOf(watched) === undefined)
    expect(statusOf(watched)).toMatchObject({ state: 'stale', containers: 0 })
    expect(statusOf(watched)?.reason).toContain('its routes were dropped')
    expect(watched.read().diagnostics).toMatchObject([{ code: 'DAEMON_STALE' }])
    expect(watched.read().diagnostics[0]?.message).toContain('Its routes were dropped')
    expect(watched.read().unknown).toEqual([])
    await pause(400)
    expect(stateOf(watched)).toBe('stale')
    daemon.heal()
    await until(() => stateOf(watched) === 'live')
    expect(namesOf(watched)).toEqual(['web'])
    expect(statusOf(watched)?.reason).toBeUndefined()
  })

  test('lets a daemon go that is away', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }], liveRestore: true })
    const watched = await watchLive({ timing: { rescan: 50, staleLimit: 500 } })
    await until(() => daemon.counters().calls.info === 1)
    await pause(50)
    await daemon.close()
    await until(() => watched.read().daemons.length === 0)
    expect(watched.read().listings.size).toBe(0)
  })

  const hung = async (unheard?: number): Promise<ReadonlyMap<number, Listing>> => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const { listings } = (await watchLive()).read()
    daemon.fault('all', faults.hang())
    return new Map([[64, { ...(listings.get(64) as Listing), ...(unheard !== undefined && { unheard }) }]])
  }

  test('goes on where the run before left off', async () => {
    const before = await hung(999_800)
    const watched = watch({ before, timing: { staleLimit: 1_000_000 } })
    expect(namesOf(watched)).toEqual(['web'])
    await until(() => listingOf(watched) === undefined)
    expect(statusOf(watched)?.reason).toContain('its routes were dropped')
  })

  test('is noted from time to time, whatever the clock is set to, until the daemon is heard', async () => {
    const before = await hung()
    const watched = watch({ before, timing: { staleLimit: 1_000_000, note: 20 } })
    expect(listingOf(watched)?.unheard).toBeUndefined()
    const clock = jest.spyOn(Date, 'now').mockReturnValue(0)
    await until(() => (listingOf(watched)?.unheard ?? 0) > 0)
    clock.mockReturnValue(8e15)
    const noted = listingOf(watched)?.unheard ?? 0
    await until(() => (listingOf(watched)?.unheard ?? 0) > noted)
    clock.mockRestore()
    expect(namesOf(watched)).toEqual(['web'])
    daemons[0]?.heal()
    await until(() => stateOf(watched) === 'live')
    expect(listingOf(watched)?.unheard).toBeUndefined()
  })

  test('may be longer than a timer can wait', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { staleLimit: 100 * 24 * 3_600_000 } })
    await daemon.crash()
    await until(() => stateOf(watched) === 'stale')
    await pause(100)
    expect(namesOf(watched)).toEqual(['web'])
  })
})

describe('a daemon that fails', () => {
  const FAULTS = {
    hang: faults.hang(),
    refuse: faults.refuse(),
    'status 500': faults.status(500),
    garbage: faults.garbage(),
    'no HTTP': faults.notHttp(),
    'cut answers': faults.truncate(10),
    'answers that stall': faults.stall(10),
    'answers that drip': faults.slow(1, 50),
    redirects: faults.redirect('http://127.0.0.1:1/'),
    'redirects to files': faults.redirect('file:///etc/passwd'),
    'redirects to nowhere': faults.redirect('http://[x:y'),
    'other JSON': faults.json({ message: 'no' }),
    'a list of other things': faults.json([1, 2]),
    'a list of too many containers': faults.hugeList(100_000_000),
  }

  test.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
    'by %s at the list keeps its containers as stale, and recovers',
    async (name) => {
      const daemon = await simulate({ containers: [{ name: 'web' }] })
      const healthy = await simulate({ socket: socketOf(128) })
      const watched = await watchLive()
      const listing = listingOf(watched)
      daemon.fault('list', FAULTS[name])
      daemon.pause('web')
      await until(() => stateOf(watched) === 'stale')
      expect(listingOf(watched)).toBe(listing)
      expect(codesOf(watched)).toEqual(['DAEMON_STALE'])
      expect(statusOf(watched)?.reason).toMatch(/^[A-Z].*\.$/)
      healthy.run({ name: 'unharmed' })
      await until(() => namesOf(watched, 128).join() === 'unharmed')
      daemon.heal()
      await until(() => stateOf(watched) === 'live')
      expect(find(watched, 'web')?.state).toBe('paused')
      expect(codesOf(watched)).toEqual([])
    },
  )

  test.each(Object.keys(FAULTS) as (keyof typeof FAULTS)[])(
    'by %s from the start is unknown until it recovers',
    async (name) => {
      const daemon = await simulate({ containers: [{ name: 'web' }] })
      daemon.fault('all', FAULTS[name])
      const watched = watch()
      await until(() => codesOf(watched).includes('DAEMON_UNREACHABLE'))
      expect(stateOf(watched)).toBe('pending')
      expect(watched.read().unknown).toHaveLength(1)
      expect(watched.read().listings.size).toBe(0)
      daemon.heal()
      await until(() => stateOf(watched) === 'live')
      expect(namesOf(watched)).toEqual(['web'])
    },
  )

  test('by a redirect sends the route server nowhere', async () => {
    let visits = 0
    const elsewhere = createServer((_, response) => {
      visits += 1
      response.end('[]')
    })
    await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready))
    const { port } = elsewhere.address() as AddressInfo
    const daemon = await simulate()
    daemon.fault('all', faults.redirect(`http://127.0.0.1:${port}/`))
    const watched = watch()
    await until(() => daemon.counters().calls.ping > 2)
    elsewhere.close()
    expect(visits).toBe(0)
    expect(statusOf(watched)?.reason).toContain('status 301')
  })

  test.each([
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000),
    'HTTP/1.1 204 No Content\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(100_000)}\r\n`,
  ])('by odd HTTP is unknown, and nothing else: %j', async (answer) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.end(answer)
    })
    await new Promise<void>((ready) => server.listen(socketOf(64), ready))
    const watched = watch()
    await until(() => codesOf(watched).includes('DAEMON_UNREACHABLE'))
    server.close()
    expect(statusOf(watched)?.reason).toMatch(/^[A-Z].*\.$/)
  })

  test('by a list that is slow, but not too slow, is listed', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    daemon.fault('all', faults.slow(400, 5))
    const watched = await watchLive({ timing: { list: 5_000, answer: 5_000 } })
    expect(namesOf(watched)).toEqual(['web'])
  })

  test('by a cut event stream is listed again', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive()
    daemon.resetCounters()
    daemon.silently(() => daemon.run({ name: 'unheard' }))
    daemon.cutEvents()
    await until(() => namesOf(watched).length === 2)
    // A check of life may come in between, and asks for events, too.
    expect(daemon.counters().calls).toMatchObject({ ping: 1, list: 1 })
  })

  test('by a crash is stale while its socket refuses', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive()
    await daemon.crash()
    await until(() => statusOf(watched)?.reason?.includes('Nothing listens') ?? false)
    expect(stateOf(watched)).toBe('stale')
    expect(namesOf(watched)).toEqual(['web'])
    await daemon.listen()
    await until(() => stateOf(watched) === 'live')
  })

  test('by hanging altogether is noticed by the liveness check', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { liveness: 100 } })
    daemon.fault('all', faults.hang())
    await until(() => stateOf(watched) === 'stale')
    expect(namesOf(watched)).toEqual(['web'])
  })

  test('by a half-open event stream is noticed by the liveness check', async () => {
    const daemon = await simulate()
    const watched = await watchLive({ timing: { liveness: 200 } })
    daemon.muteEvents()
    daemon.run({ name: 'unheard' })
    await until(() => namesOf(watched).join() === 'unheard')
    await until(() => daemon.counters().calls.ping === 2)
  })

  test('in nothing passes many liveness checks on one connection', async () => {
    const daemon = await simulate()
    const watched = await watchLive({ timing: { liveness: 20 } })
    for (let n = 0; n < 20; n += 1) {
      daemon.run({ name: `web-${n}` })
      await pause(25)
    }
    await until(() => namesOf(watched).length === 20)
    expect(daemon.counters().calls.events).toBeGreaterThan(5)
    expect(daemon.counters().calls.ping).toBe(1)
    expect(daemon.counters().openEventStreams).toBe(1)
  })

  test('to send an event at all is found out by the resync, which connects again', async () => {
    const daemon = await simulate({ containers: [{ name: 'web' }] })
    const watched = await watchLive({ timing: { resync: 200 } })
    daemon.silently(() => daemon.die('web', 1))
    await until(() => find(watched, 'web')?.state === 'exited')
    await until(() => daemon.counters().calls.ping === 2)
  })

  test('in nothing passes many resyncs on one connection', async () => {
    const daemon = await simulate()
    const watched = await watchLive({ timing: { resync: 20, coalesce: 5 } })
    for (let n = 0; n < 20; n += 1) {
      daemon.run({ name: `web-${n}`, health: 'starting' })
      await pause(20)
    }
    await until(() => namesOf(watched).length === 20)
    expect(daemon.counters().calls.ping).toBe(1)
  })

  test('is tried less and less often', async () => {
    let tries = 0
    const server = createServer((request) => {
      tries += 1
      request.socket.destroy()
    })
    await new Promise<void>((ready) => server.listen(socketOf(64), ready))
    watch({ timing: { backOff: 50, longestBackOff: 100_000 } })
    await pause(1_000)
    server.close()
    expect(tries).toBeGreaterThan(1)
    expect(tries).toBeLessThan(20)
  })
})

describe('the end', () => {
  test('comes at once though a daemon hangs, and leaves nothing open', async () => {
    const hung = await simulate()
    hung.fault('all', faults.hang())
    const live = await simulate({ socket: socketOf(128), containers: [{ name: 'web' }] })
    const watched = watch({ timing: { answer: 60_000 } })
    await until(() => stateOf(watched, 128) === 'live' && hung.counters().calls.ping === 1)
    let told = 0
    watched.subscribe(() => (told += 1))
    await watched.close()
    await until(() => live.counters().openEventStreams === 0)
    live.run({ name: 'more' })
    mkdirSync(join(folder, 'more'))
    await pause(50)
    expect(told).toBe(0)
    expect(live.counters().calls).toMatchObject({ list: 1 })
    expect(namesOf(watched, 128)).toEqual(['web'])
  })
})

test('every call of all these is a GET', async () => {
  const daemon = await simulate({ containers: [{ name: 'web' }] })
  const watched = await watchLive({ wantsPorts: () => true, timing: { liveness: 50, resync: 50 } })
  daemon.pause('web')
  daemon.cutEvents()
  await until(() => find(watched, 'web')?.state === 'paused' && daemon.counters().calls.list > 3)
  expect(daemon.counters().violations).toEqual([])
  expect(Object.keys(daemon.counters().methods)).toEqual(['GET'])
})

test('each event and each call is told to who counts them', async () => {
  const daemon = await simulate()
  const calls: string[] = []
  const events: string[] = []
  const watched = await watchLive({
    called: ({ kind, state, isAnswered }) => calls.push(`${kind} ${state} ${isAnswered}`),
    heard: ({ action }) => events.push(action),
  })
  await until(() => calls.length === 4)
  expect([...calls].sort()).toEqual([
    'events pending true',
    'info live true',
    'list_all pending true',
    'ping pending true',
  ])
  daemon.run({ name: 'web' })
  await until(() => namesOf(watched).join() === 'web')
  expect(events).toContain('start')
  expect(calls.at(-1)).toBe('list_some live true')
  daemon.fault('all', faults.status(500))
  daemon.cutEvents()
  await until(() => calls.includes('ping stale false'))
})
