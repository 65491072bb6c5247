import { startNoisyDaemon } from '../noisy-daemon.ts'
import { NOISES } from '../noises.ts'
import { startRouteServer, type Program } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine, type SimulatedMachine } from '../simulated-machine.ts'
import { routeServer, whenThere } from '../subjects.ts'
import { median, quantile } from '../statistics.ts'
import { figure, ratio } from '../table.ts'
import { nameOf } from '../fixtures.ts'
import type { Workspace } from '../workspace.ts'

const SIZE = { daemons: 10, containersEach: 20 }

/** Times between the event of a quiet daemon and the document with its route; milliseconds. */
type Delays = readonly number[]

/** Starts a container on one quiet daemon after another, and waits for its own router: the noise makes documents, too. */
async function measure(machine: SimulatedMachine, program: Program, from: number, count: number): Promise<Delays> {
  const delays: number[] = []
  for (let start = from; start < from + count; start += 1) {
    const daemon = start % machine.daemons
    const container = machine.containersEach + Math.floor(start / machine.daemons)
    const served = program.said(`+ ${nameOf(daemon, container)}:`)
    const { at } = await machine.run(daemon)
    delays.push((await served) - at)
    // Never in step with what the noise or the route server does every so often.
    await rest(50 + ((37 * start) % 100))
  }
  return delays
}

/** How many starts are measured, without and with the noise. */
interface Counts {
  readonly usual: number
  readonly noisy: number
}

interface Figures {
  readonly usual: Delays
  readonly noisy: Delays
}

async function withNoise(workspace: Workspace, noise: string, counts: Counts): Promise<Figures> {
  const machine = await simulateMachine(workspace, SIZE)
  const program = startRouteServer(workspace, machine.folder)
  await whenThere(routeServer, program, [nameOf(SIZE.daemons - 1, SIZE.containersEach - 1)])
  await rest(500)
  const usual = await measure(machine, program, 0, counts.usual)
  const watched = program.said('Watching the daemon')
  const daemon = await startNoisyDaemon(workspace, { folder: machine.folder, noise })
  if (NOISES[noise]?.isThere) await watched
  await daemon.begin()
  const noisy = await measure(machine, program, counts.usual, counts.noisy)
  daemon.close()
  await program.stop()
  machine.close()
  return { usual, noisy }
}

const p95 = (delays: Delays): number => quantile(delays, 0.95)

function row(name: string, { usual, noisy }: Figures): readonly string[] {
  const most = Math.max(2 * p95(usual), p95(usual) + 50)
  return [
    name,
    ...[median(usual), p95(usual), median(noisy), p95(noisy)].map((value) => figure(value)),
    figure(Math.max(...noisy)),
    ratio(p95(noisy), p95(usual)),
    figure(most),
    p95(noisy) <= most ? 'kept' : 'missed',
  ]
}

export const neighbours: Scenario = {
  name: 'neighbours',
  about: `${SIZE.daemons} quiet daemons with ${SIZE.containersEach} containers each, on which containers are started now and then; first without, then beside a noisy daemon`,
  aims: ['event -> new document, p95: <= 2x the usual, or 50 ms more, whichever is larger'],
  async run(workspace, quick) {
    const counts = quick ? { usual: 20, noisy: 40 } : { usual: 60, noisy: 120 }
    const rows: (readonly string[])[] = []
    for (const noise of Object.keys(NOISES)) rows.push(row(noise, await withNoise(workspace, noise, counts)))
    return {
      columns: ['the noisy daemon', 'usual ms', 'p95', 'with noise', 'p95', 'worst', 'p95 ratio', 'aim', ''],
      rows,
      notes: [
        `${counts.usual} starts without noise and ${counts.noisy} with it, on one quiet daemon after another. The noise goes on all the time, in a process of its own.`,
      ],
    }
  },
}
