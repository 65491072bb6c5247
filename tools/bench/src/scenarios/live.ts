import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { hostOf, socketOf } from '../fixtures.ts'
import { startRouteServer, type Program } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine, type SimulatedMachine } from '../simulated-machine.ts'
import { median } from '../statistics.ts'
import { figure, ratio } from '../table.ts'
import { startTraefik, traefikFolder, type Traefik, type TraefikFolder } from '../traefik.ts'
import { sharedClock } from '../usage.ts'
import type { Workspace } from '../workspace.ts'

/** A way from a container's labels into Traefik. */
interface Way {
  readonly name: string
  /** Whether the route server takes part. */
  readonly ours: boolean
  /** Whether it publishes a file, in place of being polled. */
  readonly publishes?: boolean
  readonly providers: (given: { endpoint: string; socket: string; folder: TraefikFolder }) => Record<string, unknown>
}

const certificateOf = ({ certificate }: TraefikFolder): object => ({ filename: certificate, watch: false })

const LANE = 'file that is watched'

const WAYS: readonly Way[] = [
  {
    name: 'poll, 5 s',
    ours: true,
    providers: ({ endpoint, folder }) => ({
      providersThrottleDuration: '1s',
      http: { endpoint, pollInterval: '5s' },
      file: certificateOf(folder),
    }),
  },
  {
    name: 'poll, 250 ms',
    ours: true,
    providers: ({ endpoint, folder }) => ({
      providersThrottleDuration: '0s',
      http: { endpoint, pollInterval: '250ms' },
      file: certificateOf(folder),
    }),
  },
  {
    name: LANE,
    ours: true,
    publishes: true,
    providers: ({ folder }) => ({
      providersThrottleDuration: '0s',
      file: { directory: join(folder.path, 'watched'), watch: true },
    }),
  },
  {
    name: "Traefik's Docker provider",
    ours: false,
    providers: ({ socket, folder }) => ({
      providersThrottleDuration: '0s',
      docker: { endpoint: `unix://${socket}`, exposedByDefault: false },
      file: certificateOf(folder),
    }),
  },
]

/** CPU time of both, milliseconds per second. */
interface Cost {
  readonly traefik: number
  readonly ours: number
}

interface Figures {
  readonly way: Way
  /** From the event to the first 200; milliseconds. */
  readonly delays: readonly number[]
  readonly idle: Cost
  readonly churn: Cost
  /** That Traefik put in force, per second of churn. */
  readonly documents: number
  readonly memory: number
}

interface Plan {
  readonly events: number
  readonly idleMs: number
  readonly churnMs: number
}

/** Between two requests for what isn't there yet: Traefik compares each with every rule, which at 10,000 takes it 20 ms. */
const probeMs = (containers: number): number => 4 + containers / 50
const DEADLINE_MS = 90_000
/** No more events after so long; at 10,000 containers each takes its time. */
const EVENTS_MS = 60_000
/** Between the containers that are started in churn. */
const CHURN_EVERY_MS = 500

async function untilAnswered(traefik: Traefik, number: number, isThere: (status: number) => boolean): Promise<number> {
  const host = hostOf(number)
  for (const end = performance.now() + DEADLINE_MS; performance.now() < end; await rest(probeMs(number)))
    if (isThere(await traefik.ask(host))) return sharedClock()
  throw new Error(`Traefik didn't serve ${host} within ${DEADLINE_MS / 1000} s.`)
}

async function costOf(traefik: Traefik, program: Program | undefined, work: () => Promise<unknown>): Promise<Cost> {
  const began = performance.now()
  const before = { traefik: traefik.cpu(), ours: program?.cpu() ?? 0 }
  await work()
  const seconds = (performance.now() - began) / 1000
  return {
    traefik: (traefik.cpu() - before.traefik) / seconds,
    ours: program ? (program.cpu() - before.ours) / seconds : NaN,
  }
}

/** A quiet while before each event; not always the same, or a poll would always come as soon after it. */
const quiet = (traefikMs: number): Promise<void> => rest(500 + 10 * traefikMs + 5_000 * Math.random())

async function measure(workspace: Workspace, containers: number, way: Way, plan: Plan, upstream: number) {
  const machine = await simulateMachine(workspace, {
    daemons: 1,
    containersEach: containers,
    upstream,
    isBridged: !way.ours,
  })
  const folder = await traefikFolder(workspace)
  const file = join(folder.path, 'watched', 'routes.yaml')
  const program = way.ours
    ? startRouteServer(workspace, machine.folder, { publishFile: way.publishes ? file : undefined })
    : undefined
  const endpoint = `${(await program?.address) ?? ''}/routes.yaml`
  const socket = socketOf(machine.folder, 0)
  const traefik = await startTraefik(folder, way.providers({ endpoint, socket, folder }))
  try {
    await untilAnswered(traefik, containers - 1, (status) => status !== 404)
    return await figuresOf({ machine, program, traefik, way, plan, containers })
  } finally {
    await traefik.stop()
    await program?.stop()
    machine.close()
  }
}

interface Setting {
  readonly machine: SimulatedMachine
  readonly program: Program | undefined
  readonly traefik: Traefik
  readonly way: Way
  readonly plan: Plan
  readonly containers: number
}

async function figuresOf({ machine, program, traefik, way, plan, containers }: Setting): Promise<Figures> {
  await rest(3_000)
  const idle = await costOf(traefik, program, () => rest(plan.idleMs))
  const delays: number[] = []
  const began = performance.now()
  for (let started = containers; delays.length < plan.events; started += 1) {
    await quiet(containers / 10)
    const { at } = await machine.run(0)
    delays.push((await untilAnswered(traefik, started, (status) => status === 200)) - at)
    if (performance.now() - began > EVENTS_MS) break
  }
  await quiet(containers / 10)
  const reloads = await traefik.reloads()
  const churn = await costOf(traefik, program, () =>
    machine.run(0, Math.ceil(plan.churnMs / CHURN_EVERY_MS), CHURN_EVERY_MS),
  )
  const documents = ((await traefik.reloads()) - reloads) / (plan.churnMs / 1000)
  return { way, delays, idle, churn, documents, memory: traefik.memory().now }
}

function rowsOf(containers: number, all: readonly Figures[]): readonly (readonly string[])[] {
  const lane = median(all.find(({ way }) => way.name === LANE)?.delays ?? [])
  return all.map(({ way, delays, idle, churn, documents, memory }) => [
    `${containers} containers, ${way.name}`,
    figure(median(delays)),
    figure(Math.min(...delays)),
    figure(Math.max(...delays)),
    ratio(median(delays), lane),
    figure(idle.traefik),
    figure(idle.ours),
    figure(churn.traefik),
    figure(churn.ours),
    figure(documents),
    figure(churn.traefik / documents),
    figure(memory),
  ])
}

async function listen(): Promise<Server> {
  // On every loopback address: each container has one of its own.
  const server = createServer((_, response) => void response.end('live')).listen(0)
  await once(server, 'listening')
  return server
}

export const live: Scenario = {
  name: 'live',
  about:
    'from the start of a container to its first 200 through a real Traefik, by each way into it; and what it costs',
  aims: ['file: <= 100 ms at 1,000 containers, <= 250 ms at 10,000; ahead of Traefik’s own provider at each'],
  async run(workspace, quick) {
    const plan = quick ? { events: 4, idleMs: 5_000, churnMs: 6_000 } : { events: 9, idleMs: 8_000, churnMs: 30_000 }
    const server = await listen()
    const { port } = server.address() as AddressInfo
    const rows: (readonly string[])[] = []
    for (const containers of quick ? [100, 1_000] : [100, 1_000, 10_000]) {
      const all: Figures[] = []
      for (const way of WAYS) all.push(await measure(workspace, containers, way, plan, port))
      rows.push(...rowsOf(containers, all))
    }
    server.close()
    return {
      columns: [
        'ms from start to 200',
        'median',
        'least',
        'most',
        'of file',
        'Traefik idle',
        'ours',
        'Traefik churn',
        'ours',
        'documents/s',
        'ms each',
        'Traefik MiB',
      ],
      rows,
      notes: [
        'Idle and churn: CPU milliseconds per second. Churn: one more container every half second.',
        'Documents: what Traefik put in force; ms each: of its CPU time. Polls of 5 s have a throttle of 1 s, the others none.',
        ...(quick ? ['Quick: without 10,000 containers.'] : []),
      ],
    }
  },
}
