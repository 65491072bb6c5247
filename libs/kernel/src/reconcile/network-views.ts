import type { NetworkId } from '@route-server/plugin-api'
import type { Waiting } from '../claims/arbitrate.ts'
import { diagnosticsOf } from '../kernel.ts'
import type { NetworkRoutes } from '../kernel.ts'
import type { NetworkView, RouterView } from './view.ts'

/** With how many entries of each section there are. */
export interface CountedView extends NetworkView {
  counts(): ReadonlyMap<string, number>
}

export interface NetworkViews {
  /** By ascending network ID. */
  all(): readonly CountedView[]
  /** Told which networks are other than before; left out: all may be. */
  forget(networks?: Iterable<{ readonly network: NetworkId }>): void
}

interface Sources {
  readonly networks: () => readonly NetworkRoutes[]
  readonly routersOf: (network: NetworkRoutes) => readonly RouterView[]
  readonly countsOf: (network: NetworkRoutes) => ReadonlyMap<string, number>
  readonly waiting: () => readonly Waiting[]
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

const queueOf = (waiting: readonly Waiting[]): string =>
  (['tcp', 'udp'] as const).map((one) => waiting.filter(({ protocol }) => protocol === one).length).join(' ')

/** What people look at, worked out when they look and kept until it changes: a machine may have ten thousand routers, and few of them change. */
export function createNetworkViews({ networks, routersOf, countsOf, waiting }: Sources): NetworkViews {
  const known = new Map<NetworkId, CountedView>()
  let queued: readonly Waiting[] = []

  function forget(some?: Iterable<{ readonly network: NetworkId }>): void {
    if (!some) known.clear()
    else for (const { network } of some) known.delete(network)
  }

  function viewOf(routes: NetworkRoutes): CountedView {
    const view = known.get(routes.network) ?? {
      network: routes.network,
      routers: once(() => routersOf(routes)),
      diagnostics: once(() => diagnosticsOf(routes)),
      counts: once(() => countsOf(routes)),
    }
    known.set(routes.network, view)
    return view
  }

  return {
    forget,
    all() {
      const now = waiting()
      // Who waits for a port is told how many do, so that others' waiting is news for them alone.
      if (queueOf(now) !== queueOf(queued)) forget([...queued, ...now])
      queued = now
      return networks().map(viewOf)
    },
  }
}
