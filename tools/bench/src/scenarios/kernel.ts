import { defaultPlugins } from '@route-server/assembly'
import { createKernel, render, residentsOf, type Kernel, type LifeChange, type Listing } from '@route-server/kernel'
import { containerOf, networkOf, socketOf } from '../fixtures.ts'
import { POLICY, SETTINGS } from '../operator.ts'
import type { Scenario } from '../scenario.ts'
import { median, quantile } from '../statistics.ts'
import { figure } from '../table.ts'

function listingOf(daemon: number, containers: number): Listing {
  const all = Array.from({ length: containers }, (_, index) => containerOf(daemon, index))
  return { network: networkOf(daemon), daemon: socketOf('/run', daemon), containers: all }
}

/** What a new listing leads to: its daemon's next container. */
function oneMore(daemon: number, index: number): LifeChange {
  const container = containerOf(daemon, index)
  return new Map([[container.network, new Map([[container.id, { container, presence: 'serving' }]])]])
}

/** CPU time, which other programs on the machine disturb less than the time on the clock; milliseconds. */
function timed(work: () => unknown): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function measure(newKernel: () => Kernel, daemons: number, containersEach: number, rounds: number): readonly string[] {
  const everybody = (): LifeChange =>
    residentsOf(Array.from({ length: daemons }, (_, daemon) => listingOf(daemon, containersEach)))
  const cold = Array.from({ length: rounds }, () => {
    const kernel = newKernel()
    const change = everybody()
    return timed(() => render(kernel, change))
  })
  const kernel = newKernel()
  const first = render(kernel, everybody())
  const afterOne = Array.from({ length: 10 * rounds }, (_, event) => {
    const change = oneMore((event * 7) % daemons, containersEach + event)
    return timed(() => render(kernel, change))
  })
  return [
    `${daemons} x ${containersEach}`,
    figure(cold[0] ?? NaN),
    figure(median(cold)),
    figure((1000 * median(cold)) / (daemons * containersEach)),
    figure(median(afterOne)),
    figure(quantile(afterOne, 0.95)),
    figure(first.bytes.length / 1e6),
  ]
}

export const kernelAlone: Scenario = {
  name: 'kernel',
  about:
    'the kernel alone with 10,000 containers: everything from nothing (decode, screen, merge, render), then one more container',
  aims: [],
  async run(_, quick) {
    const plugins = await defaultPlugins()
    const newKernel = (): Kernel => createKernel(plugins, SETTINGS, POLICY)
    const rounds = quick ? 3 : 5
    const sizes = [
      [200, 50],
      [10, 1000],
      [1, 10_000],
    ] as const
    return {
      columns: ['daemons x containers', 'first CPU ms', 'cold CPU ms', 'us each', 'one more ms', 'p95', 'MB'],
      rows: sizes.map(([daemons, containersEach]) => measure(newKernel, daemons, containersEach, rounds)),
    }
  },
}
