import { fork } from 'node:child_process'
import { once } from 'node:events'
import { startDaemon, type ContainerSpec, type Counters, type SimulatedDaemon } from '@route-server/docker-simulator'
import { containerSpec, routedSpec, socketOf } from './fixtures.ts'
import { sharedClock } from './usage.ts'
import type { Workspace } from './workspace.ts'

export interface MachineOptions {
  readonly folder: string
  readonly daemons: number
  readonly containersEach: number
  /** Every container has a router of its own on the entry point `web`; those that are started later lead to this port. */
  readonly upstream?: number
  /** They are on a bridge, as Traefik's Docker provider expects, with the same addresses; otherwise on the host's network. */
  readonly isBridged?: boolean
}

/** What the daemons' clients did since the last question. */
export interface Traffic {
  /** Lists and inspects. */
  readonly calls: number
  /** Requests of all kinds; the others are pings, event streams and liveness checks. */
  readonly requests: number
  /** Both ways, with HTTP's headers. */
  readonly bytes: number
}

type Order =
  | { readonly run: number; readonly every: number; readonly daemon: number }
  | { readonly recreate: number }
  | { readonly traffic: true }

/** Simulated daemons in a process of their own, so that neither their CPU time nor their memory is counted. */
export interface SimulatedMachine extends MachineOptions {
  /** Runs new containers, one every so many milliseconds; answers when the last one's events were sent, on the shared clock. */
  run(daemon: number, count?: number, every?: number): Promise<number>
  /** Replaces the daemon's newest container, as `docker compose up` does after a change. */
  recreate(daemon: number): Promise<void>
  traffic(): Promise<Traffic>
  close(): void
}

export async function simulateMachine(
  workspace: Workspace,
  size: Omit<MachineOptions, 'folder'>,
): Promise<SimulatedMachine> {
  const options = { ...size, folder: workspace.folder() }
  const child = workspace.own(fork(process.argv[1] ?? '', ['as-daemons', JSON.stringify(options)]))
  const ask = async <T>(order?: Order): Promise<T> => {
    if (order) child.send(order)
    const [answer] = (await once(child, 'message')) as [T]
    return answer
  }
  await ask()
  return {
    ...options,
    run: (daemon, count = 1, every = 0) => ask({ daemon, run: count, every }),
    recreate: (daemon) => ask({ recreate: daemon }),
    traffic: () => ask({ traffic: true }),
    close: () => void child.kill('SIGKILL'),
  }
}

/** The part of the child process: simulates until its parent goes. */
export async function beDaemons(options: MachineOptions): Promise<void> {
  const daemons: SimulatedDaemon[] = []
  const { upstream, isBridged = false } = options
  const specOf: SpecOf =
    upstream === undefined ? containerSpec : (daemon, index, port) => routedSpec(daemon, index, isBridged, port)
  for (let daemon = 0; daemon < options.daemons; daemon += 1) {
    const containers = Array.from({ length: options.containersEach }, (_, index) => specOf(daemon, index))
    daemons.push(await startDaemon({ socket: socketOf(options.folder, daemon), containers }))
  }
  const tell = (answer: unknown): void => void process.send?.(answer)
  process.once('disconnect', () => process.exit())
  process.on(
    'message',
    (order: Order) => void obey(daemons, (daemon, index) => specOf(daemon, index, upstream), order).then(tell),
  )
  tell('ready')
}

type SpecOf = (daemon: number, index: number, port?: number) => ContainerSpec

async function obey(
  daemons: readonly SimulatedDaemon[],
  specOf: SpecOf,
  order: Order,
): Promise<number | Traffic | null> {
  if ('traffic' in order) return trafficOf(daemons)
  const index = 'run' in order ? order.daemon : order.recreate
  const daemon = daemons[index]
  if (!daemon) throw new Error(`There is no daemon ${index}.`)
  if ('recreate' in order) {
    daemon.recreate(daemon.containers()[0]?.id ?? '')
    return null
  }
  let at = sharedClock()
  for (let done = 0, start = at; done < order.run; done += 1) {
    const late = start + done * order.every - sharedClock()
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, late))
    at = sharedClock()
    daemon.run(specOf(index, daemon.containers().length))
  }
  return at
}

function trafficOf(daemons: readonly SimulatedDaemon[]): Traffic {
  const all = daemons.map((daemon) => daemon.counters())
  for (const daemon of daemons) daemon.resetCounters()
  const total = (of: (counters: Counters) => number): number => all.reduce((sum, counters) => sum + of(counters), 0)
  return {
    calls: total(({ calls }) => calls.list + calls.inspect),
    requests: total(({ calls }) => Object.values(calls).reduce((sum, count) => sum + count, 0)),
    bytes: total(({ bytesReceived, bytesSent }) => bytesReceived + bytesSent),
  }
}
