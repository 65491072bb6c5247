import { cpus, loadavg, totalmem, type as system } from 'node:os'
import { beBare } from './bare.ts'
import { beFloor } from './floor.ts'
import { beNoise, type NoiseOptions } from './noisy-daemon.ts'
import { readOptions, USAGE, type Options } from './options.ts'
import type { Scenario } from './scenario.ts'
import { costs } from './scenarios/costs.ts'
import { evaluation } from './scenarios/evaluation.ts'
import { explain } from './scenarios/explain.ts'
import { live } from './scenarios/live.ts'
import { kernelAlone } from './scenarios/kernel.ts'
import { neighbours } from './scenarios/neighbours.ts'
import { page } from './scenarios/page.ts'
import { plugins } from './scenarios/plugins.ts'
import { polls } from './scenarios/polls.ts'
import { push } from './scenarios/push.ts'
import { beDaemons, type MachineOptions } from './simulated-machine.ts'
import { printTable } from './table.ts'
import { Workspace } from './workspace.ts'

/** The bench starts itself again for what has to run in a process of its own. */
const PARTS: Readonly<Record<string, (argument: string) => unknown>> = {
  'as-daemons': (options) => beDaemons(JSON.parse(options) as MachineOptions),
  'as-noise': (options) => beNoise(JSON.parse(options) as NoiseOptions),
  'as-floor': beFloor,
  'as-bare': beBare,
}

const SCENARIOS: readonly Scenario[] = [
  costs,
  neighbours,
  plugins,
  polls,
  live,
  evaluation,
  kernelAlone,
  explain,
  page,
  push,
]

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const load = (): string => `load average ${loadavg()[0]?.toFixed(2) ?? '?'}`

async function bench({ quick, only }: Options): Promise<void> {
  const workspace = new Workspace()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      workspace.close()
      process.exit(code)
    })
  }
  try {
    const [cpu] = cpus()
    say(
      `${system()}, ${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${gibibytes(totalmem())} GiB, Node ${process.version}, ${load()}`,
    )
    for (const scenario of SCENARIOS) {
      const { name, about, aims } = scenario
      if (only !== undefined && name !== only) continue
      say(`\n${name}: ${about}`)
      for (const aim of aims) say(`  aim: ${aim}`)
      const before = load()
      const table = await scenario.run(workspace, quick)
      say(`${printTable(table)}\n  ${before} before, ${load()} after`)
    }
  } finally {
    workspace.close()
  }
}

const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1)

const [part = '', argument = ''] = process.argv.slice(2)
try {
  if (part in PARTS) await PARTS[part]?.(argument)
  else
    await bench(
      readOptions(
        process.argv.slice(2),
        SCENARIOS.map(({ name }) => name),
      ),
    )
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n  ${USAGE}\n`)
  process.exitCode = 1
}
