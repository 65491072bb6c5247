import { isUp, serviceOf, type ContainerChange, type Listing, type SnapshotSource } from '@route-server/kernel'
import type { Container, NetworkId } from '@route-server/plugin-api'
import type { State } from '@route-server/state'

export interface KeepOptions {
  readonly state: Pick<State, 'kept' | 'keepListing' | 'forgetListing'>
  /** How long a container that went away is kept as it was, for a start in between to keep its routes; milliseconds. */
  readonly redeployGrace: number
}

/** Whether it needs nobody before it: one that is starting gets traffic for the sake of its predecessor. */
const isSettled = (container: Container): boolean => isUp(container) && container.health !== 'starting'

/** How many containers a service has. */
interface Service {
  up: number
  settled: number
  /** IDs of those that went away and are kept as they were. */
  readonly missed: Set<string>
}

/** One that went away lately, or whose successor is starting and gets its traffic for the sake of it. */
interface Departed {
  readonly service: string
  readonly until: number
  /** As it is now; nothing where it is no longer there. */
  now: Container | undefined
}

/** One network's listing, from change to change. What is kept of it already is taken for the last one. */
function createKeeper(network: NetworkId, { state, redeployGrace }: KeepOptions) {
  let last: Listing | undefined
  const departed = new Map<string, Departed>()
  /** Of those whose grace goes on, in the order in which it ends. */
  const graces = new Map<string, Departed>()
  const services = new Map<string, Service>()
  /** What is to be written. */
  let change = new Map<string, Container | undefined>()
  let timer: NodeJS.Timeout | undefined

  function inService(name: string, update: (service: Service) => void): void {
    const service = services.get(name) ?? { up: 0, settled: 0, missed: new Set() }
    update(service)
    if (service.up + service.missed.size > 0) services.set(name, service)
    else services.delete(name)
  }
  function count(container: Container, one: 1 | -1): void {
    if (!isUp(container)) return
    inService(serviceOf(container), (service) => {
      service.up += one
      if (isSettled(container)) service.settled += one
    })
  }
  function miss(container: Container, now: Container | undefined): void {
    const gone = { service: serviceOf(container), until: performance.now() + redeployGrace, now }
    departed.set(container.id, gone)
    graces.set(container.id, gone)
    inService(gone.service, ({ missed }) => missed.add(container.id))
  }
  function missNoMore(id: string, { service }: Departed): void {
    departed.delete(id)
    graces.delete(id)
    inService(service, ({ missed }) => missed.delete(id))
  }
  /** Lets those of a service go whom nobody needs any longer. */
  function settle(name: string): void {
    const { up, settled, missed } = services.get(name) ?? NOBODY
    for (const id of missed) {
      const gone = departed.get(id)
      if (!gone || (settled === 0 && (up > 0 || graces.has(id)))) continue
      missNoMore(id, gone)
      change.set(id, gone.now)
    }
  }
  function endGraces(): void {
    const now = performance.now()
    for (const [id, { until, service }] of graces) {
      if (until > now) break
      graces.delete(id)
      settle(service)
    }
    clearTimeout(timer)
    const [next] = graces.values()
    if (next) timer = setTimeout(write, next.until - now)
  }
  function write(): void {
    endGraces()
    if (!last) return
    state.keepListing(last, change)
    change = new Map()
  }

  /** What a container is from now on. */
  function take(id: string, next: Container | undefined): void {
    const gone = departed.get(id)
    const before = gone ? gone.now : state.kept.get(network)?.get(id)
    if (before === next) return
    if (before) count(before, -1)
    if (next) count(next, 1)
    if (gone && next && isUp(next)) missNoMore(id, gone)
    if (gone && departed.has(id)) gone.now = next
    else if (before && isUp(before) && !(next && isUp(next))) miss(before, next)
    else change.set(id, next)
    if (before) settle(serviceOf(before))
    if (next) settle(serviceOf(next))
  }
  /** Every container that is or was; where it is the same, that is found out soon enough. */
  function everything({ containers }: Listing): ContainerChange {
    const all = new Map<string, Container | undefined>()
    for (const id of state.kept.get(network)?.keys() ?? []) all.set(id, undefined)
    for (const container of containers) all.set(container.id, container)
    return all
  }

  for (const container of state.kept.get(network)?.values() ?? []) count(container, 1)
  return {
    keep(listing: Listing): void {
      if (listing === last) return
      const changed = (last && listing.changedSince?.(last)) ?? everything(listing)
      last = listing
      for (const [id, container] of changed) take(id, container)
      write()
    },
    close: () => clearTimeout(timer),
  }
}

const NOBODY: Service = { up: 0, settled: 0, missed: new Set() }

/** Keeps what changes in the listings for the next start, and forgets those of daemons that are gone, until the returned function is called. */
export function keepListings(source: SnapshotSource, options: KeepOptions): () => void {
  const { state } = options
  const keepers = new Map(Array.from(state.kept.keys(), (network) => [network, createKeeper(network, options)]))
  const keep = (): void => {
    const { listings } = source.read()
    for (const [network, keeper] of keepers) {
      if (listings.has(network)) continue
      keeper.close()
      keepers.delete(network)
      state.forgetListing(network)
    }
    for (const [network, listing] of listings) {
      const keeper = keepers.get(network) ?? createKeeper(network, options)
      keepers.set(network, keeper)
      keeper.keep(listing)
    }
  }
  keep()
  const unsubscribe = source.subscribe(keep)
  return () => {
    unsubscribe()
    for (const keeper of keepers.values()) keeper.close()
  }
}
