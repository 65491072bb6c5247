import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { defaultPlugins } from '@route-server/assembly'
import { evaluate } from '@route-server/kernel'
import type { Entry, Evaluation, LoadedPlugin } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import {
  buildErrors,
  checkEntry,
  decodeLabels,
  remarksOf,
  renameReaches,
  renameReferences,
} from '@route-server/traefik'
import { LABEL_SETS, labelled } from '../label-sets.ts'
import { SETTINGS } from '../operator.ts'
import type { Scenario } from '../scenario.ts'
import { median } from '../statistics.ts'
import { figure } from '../table.ts'

/** Microseconds of CPU time. */
function timed(work: () => unknown): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

/** Steps of an evaluation, each over what the evaluation came to. */
const STEPS: Readonly<Record<string, (entry: Entry) => unknown>> = {
  check: ({ section, name, value }) => checkEntry(section, name, value),
  build: ({ section, value }) => buildErrors(section, value),
  reach: ({ section, value }) => renameReaches(section, value, ({ text }) => text),
  refer: ({ section, value }) => renameReferences(section, value, ({ name }) => name),
  remark: ({ section, value }) => remarksOf(section, value),
}

const entriesOf = ({ contributions }: Evaluation): readonly Entry[] => contributions.flatMap(({ entries }) => entries)

/** Whatever nobody holds is gone. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

function measure(name: string, plugins: readonly LoadedPlugin[], count: number, rounds: number): readonly string[] {
  const labels = LABEL_SETS[name] ?? (() => ({}))
  const containers = Array.from({ length: count }, (_, index) => labelled(labels, 0, index))
  const evaluated = (container: Container): Evaluation => evaluate(container, plugins, SETTINGS)
  const before = usedHeap()
  let evaluations: readonly Evaluation[] = []
  const whole = Array.from({ length: rounds }, () => timed(() => (evaluations = containers.map(evaluated))))
  const kept = usedHeap() - before
  const entries = evaluations.flatMap(entriesOf)
  const each = (microseconds: readonly number[]): string => figure(median(microseconds) / count)
  const times = (work: () => unknown): readonly number[] => Array.from({ length: rounds }, () => timed(work))
  return [
    name,
    figure((whole[0] ?? NaN) / count),
    each(whole),
    each(times(() => containers.map(({ labels: said, name: called }) => decodeLabels(said, called)))),
    ...Object.values(STEPS).map((step) => each(times(() => entries.map(step)))),
    figure(kept / count / 1024),
  ]
}

export const evaluation: Scenario = {
  name: 'evaluation',
  about: 'what one of 10,000 containers costs from its labels to its entries, in microseconds of CPU, and by step',
  aims: ['50 us for a container with the usual labels'],
  async run(_, quick) {
    const plugins = await defaultPlugins()
    const [count, rounds] = quick ? [1000, 3] : [10_000, 5]
    return {
      columns: ['labels', 'first', 'whole', 'decode', ...Object.keys(STEPS), 'KiB kept'],
      rows: Object.keys(LABEL_SETS).map((name) => measure(name, plugins, count, rounds)),
    }
  },
}
