import type { Container, NetworkId, Settings } from '@route-server/plugin-api'
import { createArbiter } from './claims/arbitrate.ts'
import type { Arbitration } from './claims/arbitrate.ts'
import { EMPTY_LEDGER } from './claims/ledger.ts'
import type { Ledger } from './claims/ledger.ts'
import { portTable } from './claims/ports.ts'
import type { PortTable } from './claims/ports.ts'
import { createSettlement } from './claims/settled.ts'
import { assemble } from './document/render.ts'
import { idleUdpEntryPoints, idleUdpRouters } from './document/udp-entry-points.ts'
import { evaluate } from './evaluate/evaluate.ts'
import type { LoadedPlugin } from './evaluate/evaluate.ts'
import { frozen } from './evaluate/plain.ts'
import type { Roster, Rosters } from './life/roster.ts'
import { withHoldItself } from './network/hold.ts'
import { createNetwork } from './network/network.ts'
import type { NetworkRoutes } from './network/network.ts'
import { DEFAULT_POLICY } from './policy.ts'
import type { Policy } from './policy.ts'

/** What the document looks like, and why. */
export interface Rendering extends Omit<Arbitration, 'verdicts'> {
  readonly bytes: Uint8Array
  /** By ascending network ID. */
  readonly networks: readonly NetworkRoutes[]
}

/** What a document is made of. */
export interface Known {
  readonly rosters: Rosters
  /** What the networks had from one another before; nothing where it is left out. */
  readonly ledger?: Ledger
  /** Stands in new claims; milliseconds since 1970. */
  readonly now?: number
}

/** Containers to document. Pure: nothing here knows Docker, HTTP or the time. */
export interface Kernel {
  /** Whether a plugin needs to know what the container's image exposes, and it isn't known. */
  readonly wantsPorts: (container: Container) => boolean
  /** Evaluates residents that are new, so that a rendering needn't, for as long as it may. Returns whether all are done. */
  prepare(roster: Roster, mayGoOn: () => boolean): boolean
  render(known: Known): Rendering
  /** Every TCP and UDP port of a rendering. */
  readonly portsOf: (rendering: Rendering) => PortTable
}

/** `f`, remembering its answers for as long as somebody holds the question. */
function remembered<Q extends object, A>(
  f: (question: Q) => A,
): ((question: Q) => A) & { knows(question: Q): boolean } {
  const answers = new WeakMap<Q, A>()
  const answer = (question: Q): A => {
    let known = answers.get(question)
    if (known === undefined) answers.set(question, (known = f(question)))
    return known
  }
  return Object.assign(answer, { knows: (question: Q) => answers.has(question) })
}

/**
 * The whole kernel in the order it happens. What a container and a roster come to is remembered, so that an event costs what
 * it changed: one container is evaluated, its network brought up to date, the rest is copied.
 */
export function createKernel(
  plugins: readonly LoadedPlugin[],
  operator: Settings,
  policy: Policy = DEFAULT_POLICY,
): Kernel {
  const settings = frozen(structuredClone(operator))
  const { guards, hold } = policy
  const evaluated = remembered((container: Container) => evaluate(container, plugins, settings, policy))
  const arbitrate = createArbiter(settings, policy)
  const settle = createSettlement()
  const withHold = remembered(({ parts, network }: NetworkRoutes) => withHoldItself(parts, network, hold))
  let networks: ReadonlyMap<NetworkId, (roster: Roster) => NetworkRoutes> = new Map()

  return {
    wantsPorts: (container) => evaluated(container).wantsPorts,
    prepare({ residents }, mayGoOn) {
      for (const { container, presence } of residents) {
        if (presence === 'absent' || evaluated.knows(container)) continue
        if (!mayGoOn()) return false
        evaluated(container)
      }
      return true
    },
    render({ rosters, ledger: before = EMPTY_LEDGER, now = 0 }) {
      const sorted = [...rosters.values()].sort((a, b) => a.network - b.network)
      networks = new Map(
        sorted.map(({ network }) => [
          network,
          networks.get(network) ?? remembered(createNetwork({ evaluated, guards, isHolding: hold > 0 })),
        ]),
      )
      const wishes = sorted.flatMap((roster) => networks.get(roster.network)?.(roster) ?? [])
      const { verdicts, ...arbitration } = arbitrate(wishes, before, now)
      const routes = settle(wishes, verdicts)
      const idle = idleUdpRouters(idleUdpEntryPoints(routes, arbitration.ledger, settings))
      return { bytes: assemble([...routes.map(withHold), idle]), networks: routes, ...arbitration }
    },
    portsOf: (rendering) => portTable({ arbitration: rendering, networks: rendering.networks, settings, policy }),
  }
}
