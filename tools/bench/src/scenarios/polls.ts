import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBare, startRouteServer, type Program } from '../program.ts'
import type { Scenario } from '../scenario.ts'
import { simulateMachine } from '../simulated-machine.ts'
import { median } from '../statistics.ts'
import { figure } from '../table.ts'
import type { Workspace } from '../workspace.ts'
import { nameOf } from '../fixtures.ts'
import { routeServer, whenThere } from '../subjects.ts'
import { connect, type Connection } from '../connection.ts'

interface Side {
  readonly program: Program
  readonly connections: readonly Connection[]
  /** Milliseconds per poll, one value per round. */
  readonly alone: number[]
  readonly together: number[]
  readonly cpu: number[]
}

const AT_ONCE = 8

const openSide = async (program: Program): Promise<Side> => {
  const open = Array.from({ length: AT_ONCE }, () =>
    program.address.then((address) => connect(address, '/routes.yaml')),
  )
  return { program, connections: await Promise.all(open), alone: [], together: [], cpu: [] }
}

async function poll(connection: Connection, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await connection.poll()
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / count
}

async function round({ program, connections, alone, together, cpu }: Side, count: number): Promise<void> {
  const [first] = connections as [Connection]
  const before = program.cpu()
  alone.push(await timed(count, () => poll(first, count)))
  cpu.push((program.cpu() - before) / count)
  const each = Math.ceil(count / AT_ONCE)
  together.push(await timed(each * AT_ONCE, () => Promise.all(connections.map((connection) => poll(connection, each)))))
}

async function rows(workspace: Workspace, size: readonly [number, number], polls: number, rounds: number) {
  const [daemons, containersEach] = size
  const machine = await simulateMachine(workspace, { daemons, containersEach })
  const ours = startRouteServer(workspace, machine.folder)
  await whenThere(routeServer, ours, [nameOf(daemons - 1, containersEach - 1)])
  const bytes = new Uint8Array(await (await fetch(`${await ours.address}/routes.yaml`)).arrayBuffer())
  const folder = workspace.folder()
  mkdirSync(folder)
  const file = join(folder, 'routes.yaml')
  writeFileSync(file, bytes)
  const bare = startBare(workspace, file)
  const sides = [await openSide(ours), await openSide(bare)] as const
  const count = Math.ceil(polls / rounds)
  for (const side of sides) await round(side, count)
  for (const side of sides) for (const values of [side.alone, side.together, side.cpu]) values.length = 0
  // The machine's other load drifts: neighbours in time are compared, and each side goes first half of the time.
  for (let index = 0; index < rounds; index += 1)
    for (const side of index % 2 === 0 ? sides : [...sides].reverse()) await round(side, count)
  for (const side of sides) {
    for (const connection of side.connections) connection.close()
    await side.program.stop()
  }
  machine.close()

  const line = (name: string, { alone, together, cpu }: Side): readonly string[] => [
    `${daemons * containersEach} containers (${figure(bytes.length / 1000)} kB), ${name}`,
    ...[alone, together, cpu].map((values) => figure(1000 * median(values))),
  ]
  const speed = (of: (side: Side) => readonly number[]): string => {
    const [mine, theirs] = sides.map(of) as [readonly number[], readonly number[]]
    return `${figure(median(theirs.map((value, index) => value / (mine[index] ?? NaN))))} of bare`
  }
  return [
    line('route server', sides[0]),
    line('bare node:http', sides[1]),
    ['  speed', speed(({ alone }) => alone), speed(({ together }) => together), speed(({ cpu }) => cpu)],
  ]
}

export const polls: Scenario = {
  name: 'polls',
  about: 'GET /routes.yaml over kept connections, against a bare node:http server with the same bytes, in turns',
  aims: ['polls at >= 0.8 of the speed of bare node:http'],
  async run(workspace, quick) {
    const times = quick ? 1 : 4
    return {
      columns: ['one poll', 'alone us', `${AT_ONCE} at once us`, 'server CPU us'],
      rows: [
        ...(await rows(workspace, [1, 50], 2000 * times, 8 * times)),
        ...(await rows(workspace, [200, 50], 80 * times, 8 * times)),
      ],
      notes: ['The client is a raw socket that counts bytes. Speeds are medians of the ratios of neighbouring rounds.'],
    }
  },
}
