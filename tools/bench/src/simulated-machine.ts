import { fork } from 'node:child_process'
import { once } from 'node:events'
import { startDaemon, type ContainerSpec, type SimulatedDaemon } from '@route-server/docker-simulator'
import { setTimeout as wait } from 'node:timers/promises'
import { containerSpec, nameOf, routedSpec, socketOf } from './fixtures.ts'
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

type Order = { readonly run: number; readonly every: number; readonly daemon: number } | { readonly redeploy: number }

/** When the last of these services was started, on the shared clock: its event was sent by then. */
export interface Started {
  readonly at: number
  /** By the names of what leads to them in a document. */
  readonly services: readonly string[]
}

/** Simulated daemons in a process of their own, so that neither their CPU time nor their memory is counted. */
export interface SimulatedMachine extends MachineOptions {
  /** Runs new containers, one every so many milliseconds. */
  run(daemon: number, count?: number, every?: number): Promise<Started>
  /** Stops and removes the daemon's oldest container, and starts another a while later. */
  redeploy(daemon: number): Promise<Started>
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
    redeploy: (daemon) => ask({ redeploy: daemon }),
    close: () => void child.kill('SIGKILL'),
  }
}

/** Between the end of a container and the start of its successor. */
const GAP_MS = 300

/** A daemon, and how the next of its containers is made. */
interface Simulated {
  readonly daemon: SimulatedDaemon
  /** Runs it, and tells its service's name. */
  readonly run: () => string
}

/** The part of the child process: simulates until its parent goes. */
export async function beDaemons(options: MachineOptions): Promise<void> {
  const machine: Simulated[] = []
  const { folder, daemons, containersEach, upstream, isBridged = false } = options
  const specOf = (daemon: number, index: number, port?: number): ContainerSpec =>
    upstream === undefined ? containerSpec(daemon, index) : routedSpec(daemon, index, isBridged, port)
  for (let number = 0; number < daemons; number += 1) {
    const containers = Array.from({ length: containersEach }, (_, index) => specOf(number, index))
    const daemon = await startDaemon({ socket: socketOf(folder, number), containers })
    let made = containersEach
    const run = (): string => {
      daemon.run(specOf(number, made, upstream))
      return nameOf(number, made++)
    }
    machine.push({ daemon, run })
  }
  const tell = (answer: unknown): void => void process.send?.(answer)
  process.once('disconnect', () => process.exit())
  process.on('message', (order: Order) => void obey(machine, order).then(tell))
  tell('ready')
}

async function obey(machine: readonly Simulated[], order: Order): Promise<Started> {
  const index = 'run' in order ? order.daemon : order.redeploy
  const simulated = machine[index]
  if (!simulated) throw new Error(`There is no daemon ${index}.`)
  const { daemon, run } = simulated
  if ('redeploy' in order) {
    const oldest = daemon.containers()[0]?.id ?? ''
    daemon.stop(oldest)
    daemon.remove(oldest)
    await wait(GAP_MS)
    return { at: sharedClock(), services: [run()] }
  }
  const services: string[] = []
  let at = sharedClock()
  for (const start = at; services.length < order.run; services.push(run())) {
    const late = start + services.length * order.every - sharedClock()
    if (late > 0) await wait(late)
    at = sharedClock()
  }
  return { at, services }
}
