import { createKernel, rostersOf, type Kernel, type Listing } from '@route-server/kernel'
import type { Container, NetworkId } from '@route-server/plugin-api'
import { containerSpec, networkOf, socketOf } from '../fixtures.ts'
import { defaultPlugins, SETTINGS } from '../plugins.ts'
import type { Scenario } from '../scenario.ts'
import { median, quantile } from '../statistics.ts'
import { figure } from '../table.ts'

function containerOf(daemon: number, index: number): Container {
  const { name, image = '', labels = {} } = containerSpec(daemon, index)
  return {
    id: (daemon * 100_000 + index).toString(16).padStart(64, '0'),
    name,
    image,
    created: 1_700_000_000 + index,
    state: 'running',
    health: 'none',
    status: 'Up 1 second',
    labels,
    networkMode: 'host',
    network: networkOf(daemon),
    daemon: socketOf('/run', daemon),
  }
}

function listingOf(daemon: number, containers: number): Listing {
  const all = Array.from({ length: containers }, (_, index) => containerOf(daemon, index))
  return { network: networkOf(daemon), daemon: socketOf('/run', daemon), containers: all }
}

type Listings = ReadonlyMap<NetworkId, Listing>

/** What a new listing leads to: its daemon's next container. */
function withOneMore(listings: Listings, daemon: number): Listings {
  const network = networkOf(daemon)
  const listing = listings.get(network)
  if (!listing) return listings
  const containers = [...listing.containers, containerOf(daemon, listing.containers.length)]
  return new Map(listings).set(network, { ...listing, containers })
}

/** CPU time, which other programs on the machine disturb less than the time on the clock; milliseconds. */
function timed(work: () => unknown): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function measure(newKernel: () => Kernel, daemons: number, containersEach: number, rounds: number): readonly string[] {
  const newListings = (): Listings =>
    new Map(Array.from({ length: daemons }, (_, daemon) => [networkOf(daemon), listingOf(daemon, containersEach)]))
  const cold = Array.from({ length: rounds }, () => {
    const kernel = newKernel()
    const listings = newListings()
    return timed(() => kernel.render({ rosters: rostersOf(listings) }))
  })
  const kernel = newKernel()
  let listings = newListings()
  const first = kernel.render({ rosters: rostersOf(listings) })
  let { ledger } = first
  const afterOne = Array.from({ length: 10 * rounds }, (_, event) => {
    listings = withOneMore(listings, (event * 7) % daemons)
    return timed(() => ({ ledger } = kernel.render({ rosters: rostersOf(listings), ledger })))
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
    const newKernel = (): Kernel => createKernel(plugins, SETTINGS)
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
