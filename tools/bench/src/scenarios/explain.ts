import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { containerSpec, nameOf, networkOf } from '../fixtures.ts'
import { startRouteServer } from '../program.ts'
import type { Scenario } from '../scenario.ts'
import { simulateMachine } from '../simulated-machine.ts'
import { quantile } from '../statistics.ts'
import { routeServer, whenThere } from '../subjects.ts'
import { figure } from '../table.ts'

const ROUTE_SERVER = join(dirname(process.argv[1] ?? ''), 'route-server.mjs')

/** What people ask for, of the service that was listed last; and what nobody has. */
function questionsOf(daemon: number, index: number): readonly (readonly [string, string])[] {
  const network = networkOf(daemon)
  const host = `service${index}.network${network}.example.org`
  return [
    ['a host', host],
    ['a URL', `https://${host}/some/path`],
    ['an automatic host', `${nameOf(daemon, index - 1)}.example.com`],
    ['a router', nameOf(daemon, index)],
    ['a container’s ID', 'abcd'],
    ['a name that many have', containerSpec(daemon, index).name],
    ['a host that nobody has', `servise${index}.network${network}.example.org`],
  ]
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

export const explain: Scenario = {
  name: 'explain',
  about:
    'GET /explain with its look at sockets, and the command route-server explain, at 10,000 containers on 200 daemons',
  aims: ['an answer in 300 ms'],
  async run(workspace, quick) {
    const [daemons, containersEach] = [200, 50]
    const machine = await simulateMachine(workspace, { daemons, containersEach })
    const program = startRouteServer(workspace, machine.folder)
    await whenThere(routeServer, program, [nameOf(daemons - 1, containersEach - 1)])
    const address = await program.address
    const rows: string[][] = []
    for (const [name, about] of questionsOf(daemons - 1, containersEach - 1)) {
      const ask = async (): Promise<void> => {
        const response = await fetch(`${address}/explain?${new URLSearchParams({ about }).toString()}`)
        await response.text()
      }
      const command = (): Promise<unknown> =>
        promisify(execFile)(process.execPath, [
          ...[ROUTE_SERVER, 'explain', about, '--state-dir', program.stateDir],
          // Who asks the world for names and Traefik for its routers waits for them, whatever the number of containers.
          ...['--resolver', '127.0.0.1:9', '--traefik-api', 'http://127.0.0.1:9'],
        ]).catch(() => undefined)
      const answers: number[] = []
      await ask()
      const before = program.cpu()
      for (let count = 0; count < (quick ? 10 : 50); count += 1) answers.push(await timed(ask))
      const cpu = (program.cpu() - before) / answers.length
      const commands: number[] = []
      for (let count = 0; count < (quick ? 2 : 10); count += 1) commands.push(await timed(command))
      rows.push([
        name,
        ...[cpu, quantile(answers, 0.5), Math.max(...answers), quantile(commands, 0.5)].map((value) => figure(value)),
      ])
    }
    await program.stop()
    machine.close()
    return {
      columns: ['asked for', 'server CPU ms', 'answer ms', 'slowest', 'command ms'],
      rows,
      notes: ['The command is a Node program of its own: its start is in the figure.'],
    }
  },
}
