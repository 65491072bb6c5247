import { nameOf } from '../fixtures.ts'
import { startRouteServer } from '../program.ts'
import type { Scenario } from '../scenario.ts'
import { simulateMachine } from '../simulated-machine.ts'
import { quantile } from '../statistics.ts'
import { routeServer, whenThere } from '../subjects.ts'
import { figure } from '../table.ts'

const [DAEMONS, CONTAINERS_EACH] = [20, 500]
const LAST = nameOf(DAEMONS - 1, CONTAINERS_EACH - 1)

/** What people look at, and search. */
const LOOKS: readonly (readonly [name: string, path: string])[] = [
  ['all of it', '/'],
  ['a search that finds one', `/?q=${LAST}`],
  ['a search that finds 500', '/?q=network1280'],
  ['a search of two words', '/?q=service499+1280'],
  ['a search that finds nothing', '/?q=nobody-has-this'],
  ['the last page of the routes', `/?show=routes&from=${DAEMONS * CONTAINERS_EACH - 100}`],
  ['one route', `/?route=http/${LAST}`],
]

const elementsIn = (html: string): number => html.match(/<[a-z]/g)?.length ?? 0

export const page: Scenario = {
  name: 'page',
  about:
    'the page at / with 10,000 routes of 20 networks, as a browser asks for it: what it takes the server, and what it gives',
  aims: ['a search in 50 ms'],
  async run(workspace, quick) {
    const machine = await simulateMachine(workspace, { daemons: DAEMONS, containersEach: CONTAINERS_EACH })
    const program = startRouteServer(workspace, machine.folder)
    await whenThere(routeServer, program, [LAST])
    const address = await program.address
    const look = async (path: string) => {
      const [began, cpu] = [performance.now(), program.cpu()]
      const response = await fetch(`${address}${path}`, { headers: { accept: 'text/html' } })
      const html = await response.text()
      return { html, ms: performance.now() - began, cpu: program.cpu() - cpu }
    }
    const first = await look('/')
    const rows = [['the first look of all', ...rowOf(first.html, [first.cpu], [first.ms])]]
    for (const [name, path] of LOOKS) {
      const looks = []
      for (let count = 0; count < (quick ? 10 : 50); count += 1) looks.push(await look(path))
      const [{ html } = first] = looks
      rows.push([
        name,
        ...rowOf(
          html,
          looks.map(({ cpu }) => cpu),
          looks.map(({ ms }) => ms),
        ),
      ])
    }
    await program.stop()
    machine.close()
    return { columns: ['looked at', 'server CPU ms', 'answer ms', 'slowest', 'KiB of HTML', 'elements'], rows }
  },
}

const rowOf = (html: string, cpus: readonly number[], times: readonly number[]): readonly string[] => [
  ...[quantile(cpus, 0.5), quantile(times, 0.5), Math.max(...times), html.length / 1024].map((value) => figure(value)),
  String(elementsIn(html)),
]
