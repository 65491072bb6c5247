import { nameOf } from '../fixtures.ts'
import type { Program } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine } from '../simulated-machine.ts'
import { median, quantile } from '../statistics.ts'
import { floor, overShare, routeServer, whenThere, type Subject } from '../subjects.ts'
import { figure, ratio } from '../table.ts'
import type { Workspace } from '../workspace.ts'

/** How often what is done. */
interface Plan {
  readonly costs: number
  readonly events: number
  readonly redeploys: number
}

/** Milliseconds, but for memory: MiB. */
interface Figures {
  /** CPU time of one start, until the program rests. */
  readonly cost: number
  /** From the start event to the bytes with it. */
  readonly visible: readonly number[]
  readonly redeploy: number
  readonly burst: { readonly last: number; readonly cpu: number }
  readonly cold: { readonly complete: number; readonly cpu: number }
  /** CPU time per second. */
  readonly idle: number
  readonly memory: { readonly now: number; readonly peak: number }
}

const BURST = 100
/** As often as the route server asks every daemon whether it is alive. */
const IDLE_MS = 10_000
/** Whoever saves a while after a change has begun to by then. */
const SAVES_AFTER_MS = 1_300
const WINDOW_MS = 500
/** Of a core, beyond what is used when nothing happens. */
const AT_REST = 0.01
const RESTS_WITHIN_MS = 15_000

/** CPU time until the program rests, without what it uses anyway. */
async function untilRest(program: Program, before: number, idle: number): Promise<number> {
  const began = performance.now()
  await rest(SAVES_AFTER_MS)
  for (const end = began + RESTS_WITHIN_MS; performance.now() < end;) {
    const [used, at] = [program.cpu(), performance.now()]
    await rest(WINDOW_MS)
    const lasted = performance.now() - at
    if (program.cpu() - used < (AT_REST + idle / 1000) * lasted) break
  }
  return program.cpu() - before - (idle * (performance.now() - began)) / 1000
}

/** Never in step with what a program does every so often. */
const pause = (): Promise<void> => rest(250 + 200 * Math.random())

async function times(count: number, work: () => Promise<number>): Promise<readonly number[]> {
  const results: number[] = []
  while (results.length < count) results.push(await work())
  return results
}

interface Size {
  readonly daemons: number
  readonly containersEach: number
}

async function measure(workspace: Workspace, subject: Subject, size: Size, plan: Plan): Promise<Figures> {
  const machine = await simulateMachine(workspace, size)
  const services = Array.from({ length: size.daemons }, (_, daemon) =>
    Array.from({ length: size.containersEach }, (_, index) => nameOf(daemon, index)),
  ).flat()
  const program = subject.start(workspace, machine.folder)
  const visible = async (change: Promise<{ readonly at: number; readonly services: readonly string[] }>) => {
    const { at, services } = await change
    return (await whenThere(subject, program, services)) - at
  }
  try {
    const complete = (await whenThere(subject, program, services)) - program.spawnedAt
    const coldCpu = await untilRest(program, 0, 0)
    const before = program.cpu()
    await rest(IDLE_MS)
    const idle = (1000 * (program.cpu() - before)) / IDLE_MS

    // Nobody asks meanwhile.
    const costs = await times(plan.costs, async () => {
      const before = program.cpu()
      await machine.run(0)
      return untilRest(program, before, idle)
    })
    const delays = await times(plan.events, async () => {
      await pause()
      return visible(machine.run(0))
    })
    const redeploys = await times(plan.redeploys, async () => {
      await pause()
      return visible(machine.redeploy(0))
    })
    await untilRest(program, 0, idle)
    const beforeBurst = program.cpu()
    const last = await visible(machine.run(0, BURST, 1000 / BURST))
    const burstCpu = await untilRest(program, beforeBurst, idle)
    return {
      cost: median(costs),
      visible: delays,
      redeploy: median(redeploys),
      burst: { last, cpu: burstCpu },
      cold: { complete, cpu: coldCpu },
      idle,
      memory: program.memory(),
    }
  } finally {
    await program.stop()
    machine.close()
  }
}

const COLUMNS: readonly (readonly [title: string, of: (figures: Figures) => number])[] = [
  ['start: CPU', ({ cost }) => cost],
  ['visible', ({ visible }) => median(visible)],
  ['p95', ({ visible }) => quantile(visible, 0.95)],
  ['redeploy', ({ redeploy }) => redeploy],
  ['burst: last', ({ burst }) => burst.last],
  ['CPU', ({ burst }) => burst.cpu],
  ['cold start', ({ cold }) => cold.complete],
  ['CPU', ({ cold }) => cold.cpu],
  ['idle/s', ({ idle }) => idle],
  ['MiB', ({ memory }) => memory.now],
  ['peak', ({ memory }) => memory.peak],
]

async function rowsOf(workspace: Workspace, size: Size, plan: Plan): Promise<(readonly string[])[]> {
  const name = `${size.daemons} x ${size.containersEach}`
  const least = await measure(workspace, floor, size, plan)
  const rows = [[`${name}, ${floor.name}`, ...COLUMNS.map(([, of]) => figure(of(least)))]]
  // A network of fifty is within every share.
  for (const subject of size.daemons === 1 ? [routeServer, overShare] : [routeServer]) {
    const ours = await measure(workspace, subject, size, plan)
    rows.push([`${name}, ${subject.name}`, ...COLUMNS.map(([, of]) => figure(of(ours)))])
    rows.push(['  ratio', ...COLUMNS.map(([, of]) => ratio(of(ours), of(least)))])
  }
  return rows
}

export const costs: Scenario = {
  name: 'costs',
  about:
    'what one start, a redeploy, a burst, a cold start and idleness cost the whole process, state on disk included, beside the floor: the least program',
  aims: [
    '1 x 1000: a start <= 6 ms of CPU, visible after <= 10 ms; redeploy <= 12, burst <= 150; cold <= 500; <= 110 MiB',
    '1 x 10000: a start <= 8 ms of CPU, visible after <= 12 ms; redeploy <= 15, burst <= 150; cold <= 1800; <= 260 MiB',
    '200 x 50: visible after <= 10 ms, p95 <= 20; idle <= 8 ms a second; cold <= 2000; <= 220 MiB',
  ],
  async run(workspace, quick) {
    const plan = quick ? { costs: 3, events: 8, redeploys: 3 } : { costs: 7, events: 20, redeploys: 6 }
    const sizes: readonly Size[] = [
      { daemons: 1, containersEach: 1_000 },
      ...(quick ? [] : [{ daemons: 1, containersEach: 10_000 }]),
      { daemons: 200, containersEach: 50 },
    ]
    const rows: (readonly string[])[] = []
    for (const size of sizes) rows.push(...(await rowsOf(workspace, size, plan)))
    return {
      columns: ['networks x containers; ms', ...COLUMNS.map(([title]) => title)],
      rows,
      notes: [
        'Start: CPU time of all threads from the event until the program rests (under 1 % of a core beyond idleness), nobody asking; median.',
        'Visible: from the event until an answer holds it; asked for again and again, the document as Traefik gets it. Redeploy: one goes, 300 ms later its successor starts.',
        `Burst: ${BURST} starts in a second; from the last of them until all are there. Over a share: more hosts with certificates than a network may have.`,
        ...(quick ? ['Quick: fewer of each, and without 1 x 10000.'] : []),
      ],
    }
  },
}
