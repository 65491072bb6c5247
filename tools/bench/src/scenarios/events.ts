import { LABELS } from '../fixtures.ts'
import { startLeast, startRouteServer, type Program } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine, type SimulatedMachine } from '../simulated-machine.ts'
import { median, quantile } from '../statistics.ts'
import { figure, ratio } from '../table.ts'

interface Cost {
  readonly calls: number
  readonly bytes: number
  readonly cpu: number
  /** CPU milliseconds per second while nothing happens. */
  readonly idle: number
  /** From the event to the new document; milliseconds. */
  readonly delays: readonly number[]
}

/** What so many changes cost, one after the other; a change resolves with its delay. */
async function measure(
  machine: SimulatedMachine,
  program: Program,
  count: number,
  change: (index: number) => Promise<number>,
): Promise<Cost> {
  await rest(1500)
  const idle = await idleCpu(program)
  await machine.traffic()
  const cpu = program.cpu()
  const delays: number[] = []
  for (let index = 0; index < count; index += 1) {
    delays.push(await change(index))
    await rest()
  }
  const { calls, bytes } = await machine.traffic()
  return { calls: calls / count, bytes: bytes / count, cpu: (program.cpu() - cpu) / count, idle, delays }
}

const IDLE_MS = 2000

async function idleCpu(program: Program): Promise<number> {
  const before = program.cpu()
  await rest(IDLE_MS)
  return (1000 * (program.cpu() - before)) / IDLE_MS
}

/** Starts of new containers on one daemon after another, for a program that has its first document. */
export function measureStarts(machine: SimulatedMachine, program: Program, count: number): Promise<Cost> {
  return measure(machine, program, count, async (index) => {
    const documents = program.changes.length
    const at = await machine.run((index * 7) % machine.daemons)
    return (await program.document(documents + 1)) - at
  })
}

/** A container that is replaced by its like has the same routes: there is no new document to wait for. */
function measureRecreates(machine: SimulatedMachine, program: Program, count: number): Promise<Cost> {
  return measure(machine, program, count, async () => {
    await machine.recreate(0)
    await rest(1000)
    return NaN
  })
}

const row = (name: string, { calls, bytes, cpu, delays }: Cost): readonly string[] => [
  name,
  figure(calls),
  figure(bytes / 1000),
  figure(cpu),
  figure(Math.min(...delays)),
  figure(median(delays)),
  figure(quantile(delays, 0.95)),
  figure(quantile(delays, 0.99)),
]

const ratios = (ours: Cost, least: Cost): readonly string[] => [
  'ratio',
  ratio(ours.calls, least.calls),
  ratio(ours.bytes, least.bytes),
  ratio(ours.cpu, least.cpu),
  ratio(Math.min(...ours.delays), Math.min(...least.delays)),
  ratio(median(ours.delays), median(least.delays)),
  ratio(quantile(ours.delays, 0.95), quantile(least.delays, 0.95)),
  ratio(quantile(ours.delays, 0.99), quantile(least.delays, 0.99)),
]

export const events: Scenario = {
  name: 'events',
  about: `1 daemon, 1,000 containers (${LABELS}); docker run of one more, again and again`,
  aims: ['1 call, <= 4 kB and <= 5 ms of CPU per event', 'event -> new bytes <= 10 ms (median)'],
  async run(workspace, quick) {
    const count = quick ? 40 : 120
    const machine = await simulateMachine(workspace, { daemons: 1, containersEach: 1000 })
    const costs: Cost[] = []
    for (const start of [startRouteServer, startLeast]) {
      const program = start(workspace, machine.folder)
      await program.document(1)
      costs.push(await measureStarts(machine, program, count))
      await program.stop()
    }
    const program = startRouteServer(workspace, machine.folder)
    await program.document(1)
    const recreated = await measureRecreates(machine, program, quick ? 5 : 20)
    await program.stop()
    machine.close()
    const [ours, least] = costs as [Cost, Cost]
    return {
      columns: ['per event', 'calls', 'kB', 'CPU ms', 'min ms', 'median', 'p95', 'p99'],
      rows: [
        row('route server', ours),
        row('least program', least),
        ratios(ours, least),
        row('route server, recreate', recreated),
      ],
      notes: [
        `${count} starts each; the bytes are all that crossed the socket meanwhile, the event stream and liveness checks included.`,
        'A recreate is six events (kill, die, stop, destroy, create, start) and leaves the same routes.',
      ],
    }
  },
}
