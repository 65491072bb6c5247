import { timeLists } from '../least.ts'
import { startLeast, startRouteServer, type Program } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine, type SimulatedMachine } from '../simulated-machine.ts'
import { median, quantile } from '../statistics.ts'
import { figure, ratio } from '../table.ts'
import type { Workspace } from '../workspace.ts'
import { measureStarts } from './events.ts'

type Start = (workspace: Workspace, folder: string) => Program

interface ColdStart {
  /** Until the complete document; milliseconds. */
  readonly complete: number
  readonly cpu: number
  readonly requests: number
}

async function coldStart(workspace: Workspace, machine: SimulatedMachine, start: Start): Promise<ColdStart> {
  await machine.traffic()
  const program = start(workspace, machine.folder)
  const complete = (await program.document(1)) - program.spawnedAt
  const cpu = program.cpu()
  const { requests } = await machine.traffic()
  await program.stop()
  return { complete, cpu, requests }
}

interface Figures {
  readonly coldStarts: readonly ColdStart[]
  readonly delays: readonly number[]
  readonly cpu: number
  readonly idle: number
  readonly rss: { readonly now: number; readonly peak: number }
}

async function rows(workspace: Workspace, daemons: number, quick: boolean): Promise<(readonly string[])[]> {
  const machine = await simulateMachine(workspace, { daemons, containersEach: 50 })
  const programs = [startRouteServer, startLeast]
  const lists: number[] = []
  const coldStarts: ColdStart[][] = [[], []]
  await timeLists(machine.folder)
  for (let round = 0; round < (quick ? 3 : 7); round += 1) {
    lists.push(await timeLists(machine.folder))
    for (const [index, start] of programs.entries()) coldStarts[index]?.push(await coldStart(workspace, machine, start))
    await rest()
  }
  const figures: Figures[] = []
  for (const [index, start] of programs.entries()) {
    const program = start(workspace, machine.folder)
    await program.document(1)
    const { delays, cpu, idle } = await measureStarts(machine, program, quick ? 20 : 60)
    figures.push({ coldStarts: coldStarts[index] ?? [], delays, cpu, idle, rss: program.memory() })
    await program.stop()
  }
  machine.close()

  const completeOf = ({ coldStarts }: Figures): number => median(coldStarts.map(({ complete }) => complete))
  const cpuOf = ({ coldStarts }: Figures): number => median(coldStarts.map(({ cpu }) => cpu))
  const line = (name: string, of: Figures): readonly string[] => [
    `${daemons} x 50, ${name}`,
    figure(median(of.coldStarts.map(({ requests }) => requests))),
    figure(completeOf(of)),
    figure(cpuOf(of)),
    figure(of.rss.now),
    figure(of.rss.peak),
    figure(median(of.delays)),
    figure(quantile(of.delays, 0.95)),
    figure(of.cpu),
    figure(of.idle),
  ]
  const [ours, least] = figures as [Figures, Figures]
  return [
    line('route server', ours),
    line('least program', least),
    [
      '  ratio',
      '',
      ratio(completeOf(ours), completeOf(least)),
      ratio(cpuOf(ours), cpuOf(least)),
      ratio(ours.rss.now, least.rss.now),
      ratio(ours.rss.peak, least.rss.peak),
      ratio(median(ours.delays), median(least.delays)),
      ratio(quantile(ours.delays, 0.95), quantile(least.delays, 0.95)),
      ratio(ours.cpu, least.cpu),
      ratio(ours.idle, least.idle),
    ],
    ['  the list calls alone', String(daemons), figure(median(lists))],
  ]
}

export const manyDaemons: Scenario = {
  name: 'start',
  about:
    '1, 50 and 200 daemons with 50 containers each: from spawning the program to the complete document; then events',
  aims: ['200 x 50: complete within 1.5x the least program, <= 200 MiB, event p95 <= 20 ms'],
  async run(workspace, quick) {
    const all: (readonly string[])[] = []
    for (const daemons of [1, 50, 200]) all.push(...(await rows(workspace, daemons, quick)))
    return {
      columns: [
        'daemons x containers',
        'requests',
        'start ms',
        'CPU ms',
        'MiB',
        'peak',
        'event ms',
        'p95',
        'CPU ms',
        'idle',
      ],
      rows: all,
      notes: [
        'Requests at start: ping (route server only), event stream, list. Medians over alternating rounds.',
        'Idle: CPU ms per second while nothing happens; the route server asks every daemon for signs of life, and the CPU time of an event includes that.',
      ],
    }
  },
}
