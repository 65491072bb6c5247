import { mkdir, rename, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { containerLife, type ContainerLife } from './container-life.ts'
import type { Container, ContainerSpec } from './container.ts'
import { Containers } from './containers.ts'
import { type Endpoint, ENDPOINTS } from './endpoints.ts'
import { answer, type Engine } from './engine-api.ts'
import { EventStreams } from './event-streams.ts'
import { Events } from './events.ts'
import { type Fault, FaultTable } from './faults.ts'
import { type Counters, Traffic } from './traffic.ts'

export interface DaemonOptions {
  /** Path of the unix socket. Its folder is made; what lies in its place is replaced. */
  readonly socket: string
  /** Default `1.41`. */
  readonly apiVersion?: string
  /** Default `1.12`, as dockerd 20.10 has it. */
  readonly minApiVersion?: string
  /** What `/info` says of it; the containers are kept whatever it is. Default false. */
  readonly liveRestore?: boolean
  /** Run before anybody can connect, without events. */
  readonly containers?: readonly ContainerSpec[]
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
}

/** A Docker daemon that isn't one: the reading part of its API on a unix socket, and containers that run nothing. */
export interface SimulatedDaemon extends ContainerLife {
  readonly socket: string
  /** The containers as they are, newest first. Not to be written to. */
  readonly containers: () => readonly Readonly<Container>[]
  /** Changes containers without events, as if the events had been lost. */
  readonly silently: (change: () => void) => void

  /** Spoils the next `times` (default all) answers of an endpoint; it replaces the endpoint's earlier fault. See `faults`. */
  readonly fault: (endpoint: Endpoint | 'all', fault: Fault, times?: number) => void
  /** No more faults from the next request on. */
  readonly heal: () => void
  /** Breaks the open event streams. */
  readonly cutEvents: () => void
  /** The open event streams stay open and deliver nothing more: half-open. New ones work. */
  readonly muteEvents: () => void

  readonly counters: () => Counters
  readonly resetCounters: () => void

  /** Somebody removed the socket's file: no new connections, the open ones stay. `listen` brings it back. */
  readonly disappear: () => Promise<void>
  /** As by SIGTERM: streams end, connections close, the socket's file is removed. The containers are kept as they are. */
  readonly close: () => Promise<void>
  /** As by SIGKILL: connections break, the socket's file stays and refuses. The containers are kept as they are. */
  readonly crash: () => Promise<void>
  /** Comes back after `close`, `crash` or `disappear`. */
  readonly listen: () => Promise<void>
}

/** Resolves when the socket accepts connections. */
export async function startDaemon(options: DaemonOptions): Promise<SimulatedDaemon> {
  const { socket, clock = Date.now } = options
  const seed = basename(socket)
  const containers = new Containers()
  const events = new Events(clock)
  const life = containerLife(containers, events, clock, seed)
  const streams = new EventStreams(events, clock)
  const faults = new FaultTable()
  const traffic = new Traffic()
  const { apiVersion = '1.41', minApiVersion = '1.12', liveRestore = false } = options
  const engine: Engine = { containers, streams, faults, traffic, apiVersion, minApiVersion, liveRestore, clock, seed }
  let server: Server | undefined

  /** No new connections; the open ones are told to go as `leave` has it. */
  async function stop(leave: () => void): Promise<void> {
    const stopped = server
    server = undefined
    if (!stopped) return
    await new Promise<void>((resolve) => {
      stopped.close(() => resolve())
      leave()
    })
  }

  async function leaveProperly(): Promise<void> {
    await stop(() => {
      streams.end()
      // A turn later, so that the ends of the streams have left.
      setImmediate(() => traffic.disconnectAll())
    })
  }

  async function listen(): Promise<void> {
    await leaveProperly()
    server = await serve(socket, engine)
  }

  events.silently(() => options.containers?.forEach((spec) => life.run(spec)))
  await listen()

  return {
    ...life,
    socket,
    containers: () => containers.all(),
    silently: (change) => events.silently(change),
    fault: (endpoint, fault, times = Infinity) => faults.set(endpoint === 'all' ? ENDPOINTS : [endpoint], fault, times),
    heal: () => faults.clear(),
    cutEvents: () => streams.cut(),
    muteEvents: () => streams.mute(),
    counters: () => traffic.counters(streams.size),
    resetCounters: () => traffic.reset(),
    disappear: () => rm(socket, { force: true }),
    close: async () => {
      if (server) await rm(socket, { force: true })
      await leaveProperly()
    },
    crash: () => stop(() => traffic.disconnectAll()),
    listen,
  }
}

/**
 * Binds a name of its own and then takes the socket's: that replaces a left-over file in one step, and Node, which removes the name that it
 * bound, leaves the socket's file alone when the server closes.
 */
async function serve(socket: string, engine: Engine): Promise<Server> {
  const bound = join(dirname(socket), `.${basename(socket)}~`)
  await mkdir(dirname(socket), { recursive: true })
  await rm(bound, { force: true })
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
    answer(engine, request, response),
  )
  server.on('connection', (connection) => engine.traffic.connected(connection))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(bound, () => resolve())
  })
  await rename(bound, socket)
  return server
}
