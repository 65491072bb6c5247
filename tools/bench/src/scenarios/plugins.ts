import { writeFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { BOUNDS, loadPlugins } from '@route-server/assembly'
import { loadConfig } from '@route-server/config'
import { evaluate } from '@route-server/kernel'
import { containerOf, nameOf } from '../fixtures.ts'
import { startRouteServer } from '../program.ts'
import { rest, type Scenario } from '../scenario.ts'
import { simulateMachine } from '../simulated-machine.ts'
import { median, quantile } from '../statistics.ts'
import { routeServer, whenThere } from '../subjects.ts'
import { figure } from '../table.ts'
import type { Workspace } from '../workspace.ts'

const SIZE = { daemons: 10, containersEach: 100 }

/** What a plugin of a third party does when it is asked about a container, whichever: bodies of `contribute`. */
const BODIES: Readonly<Record<string, string | undefined>> = {
  'no such plugin': undefined,
  prompt: 'return { http: { middlewares: { mine: { compress: {} } } } }',
  'never returns': 'for (;;);',
  'a regular expression without end': "/^(a+)+$/.test('a'.repeat(50) + 'b')",
  'ends its process': 'process.exit(1)',
  '4 GB of memory': 'new Array(2 ** 29).fill(0)',
  throws: "throw new Error('no luck')",
  rubbish: "return { http: { routers: { a: 5 } }, gopher: 'rubbish' }",
  '10 MB': "return { http: { middlewares: { mine: { addPrefix: { prefix: 'x'.repeat(1e7) } } } } }",
  '50 ms a container': 'const end = performance.now() + 50; while (performance.now() < end);',
}

const plugin = (body: string): string => `export const plugin = {
  apiVersion: 1, name: 'mine', labels: {}, contribute() { ${body} },
  options: { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } },
}
`

interface Figures {
  /** From the start of the program to the document with everybody's routes; milliseconds. */
  readonly cold: number
  /** From the events of later containers to the documents with their routes. */
  readonly delays: readonly number[]
}

async function beside(workspace: Workspace, body: string | undefined, count: number): Promise<Figures> {
  const machine = await simulateMachine(workspace, SIZE)
  const file = `${workspace.folder()}.mjs`
  if (body !== undefined) writeFileSync(file, plugin(body))
  const program = startRouteServer(workspace, machine.folder, body === undefined ? {} : { plugin: file })
  const everybody = Array.from({ length: SIZE.daemons }, (_, daemon) =>
    Array.from({ length: SIZE.containersEach }, (_, index) => nameOf(daemon, index)),
  ).flat()
  const cold = (await whenThere(routeServer, program, everybody)) - program.spawnedAt
  const delays: number[] = []
  for (let start = 0; start < count; start += 1) {
    const daemon = start % SIZE.daemons
    const name = nameOf(daemon, SIZE.containersEach + Math.floor(start / SIZE.daemons))
    const served = program.said(`+ ${name}:`)
    const { at } = await machine.run(daemon)
    delays.push((await served) - at)
    await rest(150 + ((37 * start) % 100))
  }
  await program.stop()
  machine.close()
  return { cold, delays }
}

/** How long one call takes, with its answer: of a plugin in its process, and of the least that a time limit of vm's could be. */
async function callsOf(workspace: Workspace, count: number): Promise<string> {
  const file = `${workspace.folder()}.mjs`
  writeFileSync(file, plugin(BODIES['prompt'] ?? ''))
  const loaded = await loadPlugins(loadConfig({ flags: { plugins: [file] } }), '/', { ...BOUNDS, patience: Infinity })
  const settings = { httpEntryPoints: ['websecure'], allowedReferences: [] }
  const script = new Script('0')
  const inProcess: number[] = []
  const withLimit: number[] = []
  for (let index = 0; index < count; index += 1) {
    evaluate(containerOf(0, index), loaded, settings)
    const before = loaded[0]?.spent().waited ?? 0
    evaluate(containerOf(1, index), loaded, settings)
    inProcess.push((loaded[0]?.spent().waited ?? 0) - before)
    const began = performance.now()
    script.runInThisContext({ timeout: 1_000 })
    withLimit.push(performance.now() - began)
  }
  await Promise.all(loaded.map((one) => one.close()))
  const shown = (values: readonly number[]): string =>
    `${median(values).toFixed(3)} ms, p99 ${quantile(values, 0.99).toFixed(3)} ms`
  return `A call in a process, with its answer, takes ${shown(inProcess)}; an empty one under vm.Script with a time limit ${shown(withLimit)}.`
}

/** How late others may be for a plugin: what a busy machine makes of two measurements of the same. */
const NOT_AT_ALL_MS = 50

const p95 = (delays: readonly number[]): number => quantile(delays, 0.95)

export const plugins: Scenario = {
  name: 'plugins',
  about: `${SIZE.daemons} daemons with ${SIZE.containersEach} containers each, beside a plugin of a third party that does this for every container`,
  aims: [
    `others' routes aren't late for it: event -> new document, p95, at most ${NOT_AT_ALL_MS} ms more than without`,
  ],
  async run(workspace, quick) {
    let usual: Figures | undefined
    const rows: (readonly string[])[] = []
    for (const [name, body] of Object.entries(BODIES)) {
      const figures = await beside(workspace, body, quick ? 20 : 60)
      usual ??= figures
      const late = p95(figures.delays) - p95(usual.delays)
      rows.push([
        name,
        ...[figures.cold, median(figures.delays), p95(figures.delays), Math.max(...figures.delays)].map((value) =>
          figure(value),
        ),
        figure(Math.max(0, late)),
        late <= NOT_AT_ALL_MS ? 'kept' : 'missed',
      ])
    }
    return {
      columns: ['the plugin', 'start -> all routes ms', 'event -> document', 'p95', 'worst', 'later', ''],
      rows,
      notes: [
        await callsOf(workspace, quick ? 500 : 2_000),
        'The plugin is asked about every container, the others of each network included; the routes are those of the built-in plugins.',
      ],
    }
  },
}
