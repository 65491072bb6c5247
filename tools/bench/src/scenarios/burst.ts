import { startLeast, startRouteServer, type Program } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine, type SimulatedMachine } from '../simulated-machine.ts'
import { figure } from '../table.ts'

const STARTS = 100

async function measure(machine: SimulatedMachine, program: Program): Promise<readonly string[]> {
  await program.document(1)
  await rest(1500)
  await machine.traffic()
  const cpu = program.cpu()
  const before = program.changes.length
  const lastStart = await machine.run(0, STARTS, 1000 / STARTS)
  await rest(1500)
  const { calls, bytes } = await machine.traffic()
  const complete = (program.changes.at(-1) ?? NaN) - lastStart
  const documents = program.changes.length - before
  return [calls, bytes / 1000, program.cpu() - cpu, documents, complete].map((value) => figure(value))
}

export const burst: Scenario = {
  name: 'burst',
  about: `1 daemon, 1,000 containers; ${STARTS} more are started within one second, evenly`,
  aims: ['<= 20 calls'],
  async run(workspace) {
    const rows: (readonly string[])[] = []
    for (const [name, start] of [
      ['route server', startRouteServer],
      ['least program', startLeast],
    ] as const) {
      const machine = await simulateMachine(workspace, { daemons: 1, containersEach: 1000 })
      const program = start(workspace, machine.folder)
      rows.push([name, ...(await measure(machine, program))])
      await program.stop()
      machine.close()
    }
    return {
      columns: ['100 starts in 1 s', 'calls', 'kB', 'CPU ms', 'documents', 'last start -> complete ms'],
      rows,
    }
  },
}
