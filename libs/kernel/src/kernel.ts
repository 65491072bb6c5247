import type { Container, NetworkId, Settings } from '@route-server/plugin-api'
import { evaluate } from './evaluate/evaluate.ts'
import type { LoadedPlugin } from './evaluate/evaluate.ts'
import { createNetwork } from './network/network.ts'
import type { NetworkRoutes } from './network/network.ts'
import { frozen } from './evaluate/plain.ts'
import { assemble } from './document/render.ts'
import type { Listing, Snapshot } from './snapshot.ts'
import { idleUdpRouters } from './document/udp-entry-points.ts'

/** What the document looks like, and why. */
export interface Rendering {
  readonly bytes: Uint8Array
  /** By ascending network ID. */
  readonly networks: readonly NetworkRoutes[]
  /** Every UDP entry point that a router has ever been on: what the next rendering wants to know. */
  readonly udpEntryPoints: ReadonlySet<string>
}

/** Containers to document. Pure: nothing here knows Docker, HTTP or the time. */
export interface Kernel {
  /** Whether a plugin needs to know what the container's image exposes, and it isn't known. */
  readonly wantsPorts: (container: Container) => boolean
  /** The document for a snapshot, given the UDP entry points that were used before. */
  render(listings: Snapshot['listings'], usedUdpEntryPoints?: ReadonlySet<string>): Rendering
}

/** `f`, remembering its answers for as long as somebody holds the question. */
function remembered<Q extends object, A>(f: (question: Q) => A): (question: Q) => A {
  const answers = new WeakMap<Q, A>()
  return (question) => {
    let answer = answers.get(question)
    if (answer === undefined) answers.set(question, (answer = f(question)))
    return answer
  }
}

/**
 * The whole kernel in the order it happens. What a container and a listing come to is remembered, so that an event costs what
 * it changed: one container is evaluated, its network brought up to date, the rest is copied.
 */
export function createKernel(plugins: readonly LoadedPlugin[], operator: Settings): Kernel {
  const settings = frozen(structuredClone(operator))
  const evaluated = remembered((container: Container) => evaluate(container, plugins, settings))
  let networks: ReadonlyMap<NetworkId, (listing: Listing) => NetworkRoutes> = new Map()

  return {
    wantsPorts: (container) => evaluated(container).wantsPorts,
    render(listings, usedUdpEntryPoints = new Set()) {
      const sorted = [...listings.values()].sort((a, b) => a.network - b.network)
      networks = new Map(
        sorted.map(({ network }) => [network, networks.get(network) ?? remembered(createNetwork(evaluated))]),
      )
      const routes = sorted.flatMap((listing) => networks.get(listing.network)?.(listing) ?? [])
      const inUse = new Set(routes.flatMap(({ udpEntryPoints }) => [...udpEntryPoints]))
      const idle = [...usedUdpEntryPoints].filter((entryPoint) => !inUse.has(entryPoint)).sort()
      return {
        bytes: assemble([...routes.map(({ parts }) => parts), idleUdpRouters(idle)]),
        networks: routes,
        udpEntryPoints: new Set([...usedUdpEntryPoints, ...inUse]),
      }
    },
  }
}
