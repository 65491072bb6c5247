import type { Container, Diagnostic, NetworkId, Settings } from '@route-server/plugin-api'
import { createArbiter } from './claims/arbitrate.ts'
import type { Waiting, WishChange } from './claims/arbitrate.ts'
import { portTable } from './claims/ports.ts'
import type { PortTable } from './claims/ports.ts'
import { createDocument } from './document/document.ts'
import type { Rope } from './document/draft.ts'
import type { Entry } from './document/entry.ts'
import { evaluate } from './evaluate/evaluate.ts'
import type { Contribution, Evaluation, Interest, LoadedPlugin } from './evaluate/evaluate.ts'
import type { Identity } from './evaluate/identity.ts'
import { frozen } from './evaluate/plain.ts'
import type { Used } from './ledger/aged.ts'
import { copyOf, EMPTY_LEDGER, note } from './ledger/ledger.ts'
import type { Ledger, LedgerChange } from './ledger/ledger.ts'
import type { LifeChange, Resident, ResidentChange } from './life/roster.ts'
import { withIdle } from './network/idle.ts'
import { createNetwork } from './network/network.ts'
import type { EntryChange, Network } from './network/network.ts'
import { DEFAULT_POLICY } from './policy.ts'
import type { Policy } from './policy.ts'

/** One network's part of the document, as it is now. */
export interface NetworkRoutes {
  readonly network: NetworkId
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
  /** What each stage found; `diagnosticsOf` says all of it. Made when asked for. */
  readonly diagnostics: readonly Diagnostic[]
}

/** All that is to be said about a network. */
export const diagnosticsOf = ({ entries, diagnostics }: NetworkRoutes): readonly Diagnostic[] =>
  withIdle(entries, diagnostics)

/** What is served of a network otherwise than before, and what is to be said about that. */
export interface NetworkChange extends EntryChange {
  readonly network: NetworkId
}

/** What came of a change. */
export interface Outcome {
  readonly networks: readonly NetworkChange[]
  readonly claimed: LedgerChange
}

/**
 * Containers to document. Pure: nothing here knows Docker, HTTP or the time. Takes changes and gives changes; what comes out at any moment
 * is what everybody who is there then comes to, with the ledger as it is, whatever came before.
 */
export interface Kernel {
  /** Whether a plugin needs to know what the container's image exposes, and it isn't known. */
  wantsPorts(container: Container): boolean
  /** What plugins have to do with what listens at the container's address; `undefined`: nothing. */
  interestIn(container: Container): Interest | undefined
  /** Evaluates containers that are new, so that `apply` needn't, for as long as it may. Returns whether all are done. */
  prepare(change: ResidentChange, mayGoOn: () => boolean): boolean
  /**
   * Takes in who is other than before. `now` stands in new claims; milliseconds since 1970. Where it throws it has a fault, and what it
   * knows is worth nothing until it begins anew.
   */
  apply(change: LifeChange, now: number): Outcome
  /** Puts another ledger in the place of this one, and gives what is other in it. What that changes comes with the next `apply`. */
  decree(ledger: Ledger): LedgerChange
  /** Forgets everybody, with whatever a change that failed left behind. The ledger is what it was before that change. */
  beginAnew(): void
  /** Whether the document says something else than when this was last asked; the first time it does. */
  revised(): boolean
  document(): Rope
  /** By ascending network ID. */
  networks(): readonly NetworkRoutes[]
  /** What the networks have from one another. Changes as they do. */
  readonly ledger: Ledger
  /** What each network uses of that. */
  used(): ReadonlyMap<NetworkId, Used>
  /** The same of one. */
  usedBy(network: NetworkId): Used | undefined
  /** Who waits for a port; the oldest first. */
  waiting(): readonly Waiting[]
  /** Every TCP and UDP port. */
  ports(): PortTable
  /** The way of one container; `undefined` where the network has none of that ID. Doesn't cost what the others are. */
  trace(network: NetworkId, container: string): Trace | undefined
}

/** What one plugin made of one container, by the paths of the document: `http.routers/web-2816`. */
export interface Made {
  readonly plugin: string
  readonly entries: readonly string[]
  /** What it meant to define, and was left out at once. */
  readonly refused: readonly string[]
}

/** One container from its labels to what is served of it. */
export interface Trace {
  readonly resident: Resident
  /** Left out where it has none that can be believed, or doesn't run. */
  readonly identity?: Identity
  readonly made: readonly Made[]
  /** What of that is in the document. */
  readonly served: readonly Entry[]
  readonly diagnostics: readonly Diagnostic[]
}

const madeOf = ({ origin, entries, refused }: Contribution): Made => ({
  plugin: origin.plugin ?? '',
  entries: entries.map(({ path }) => path),
  refused,
})

/** The entry, where the container is among those that contributed it. */
const servedBy = (entry: Entry | undefined, container: string): readonly Entry[] =>
  entry?.origins.some(({ containerId }) => containerId === container) ? [entry] : []

/** Evaluates each container once: who asks whether it wants ports does so before it is let in. */
function createEvaluations(of: (container: Container) => Evaluation) {
  const evaluations = new WeakMap<Container, Evaluation>()
  return {
    has: (container: Container): boolean => evaluations.has(container),
    of(container: Container): Evaluation {
      const evaluation = evaluations.get(container) ?? of(container)
      evaluations.set(container, evaluation)
      return evaluation
    },
    take(container: Container): Evaluation {
      const evaluation = evaluations.get(container) ?? of(container)
      evaluations.delete(container)
      return evaluation
    },
  }
}

interface StagesOptions {
  readonly evaluate: (container: Container) => Evaluation
  readonly settings: Settings
  readonly policy: Policy
  readonly ledger: Ledger
}

/**
 * The stages in the order of the flow: containers are evaluated, each network's are merged, the arbiter grants what all have in common, and
 * the document is what is served.
 */
function createStages({ evaluate, settings, policy, ledger }: StagesOptions) {
  const { guards, hold } = policy
  const networks = new Map<NetworkId, Network>()
  const arbiter = createArbiter(settings, policy, ledger)
  const document = createDocument(settings, hold)
  let isOtherLedger = true

  function networkOf(network: NetworkId): Network {
    const known = networks.get(network) ?? createNetwork({ evaluate, guards, isHolding: hold > 0 })
    networks.set(network, known)
    return known
  }

  const routesOf = (network: NetworkId): NetworkRoutes => ({
    network,
    entries: arbiter.served(network),
    get diagnostics() {
      return [...(networks.get(network)?.diagnostics() ?? []), ...arbiter.diagnostics(network)]
    },
  })
  const routes = (): readonly NetworkRoutes[] => [...networks.keys()].sort((a, b) => a - b).map(routesOf)

  return {
    apply(change: LifeChange, now: number): Outcome {
      const wishes = new Map<NetworkId, WishChange>()
      const merged = new Map<NetworkId, EntryChange>()
      for (const [network, residents] of change) {
        const stage = networkOf(network)
        const changed = stage.apply(residents)
        merged.set(network, changed)
        if (changed.gone.length + changed.come.length > 0) wishes.set(network, { wishes: stage, ...changed })
      }
      const { verdicts, claimed } = arbiter.apply(wishes, now)
      for (const [network, { gone, come }] of verdicts) document.change(network, gone, come)
      document.complete(arbiter.ledger, isOtherLedger || claimed.entryPoints.size > 0)
      isOtherLedger = false
      let queue: ReturnType<typeof arbiter.queue> | undefined
      const changed = [...new Set([...merged.keys(), ...verdicts.keys()])].sort((a, b) => a - b)
      for (const network of merged.keys()) if (networks.get(network)?.isEmpty) networks.delete(network)
      return {
        claimed,
        networks: changed.map((network) => {
          const { gone = [], come = [], said } = verdicts.get(network) ?? {}
          return {
            network,
            gone,
            come,
            said: () => [...(merged.get(network)?.said() ?? []), ...(said?.((queue ??= arbiter.queue())) ?? [])],
          }
        }),
      }
    },
    decree(next: Ledger): LedgerChange {
      isOtherLedger = true
      return arbiter.decree(next)
    },
    revised: () => document.revised(),
    document: () => document.rope(),
    networks: routes,
    used: () => arbiter.used(),
    usedBy: (network: NetworkId) => arbiter.usedBy(network),
    waiting: () => arbiter.waiting(),
    ports: () =>
      portTable({ ledger: arbiter.ledger, waiting: arbiter.waiting(), networks: routes(), settings, policy }),
    trace(network: NetworkId, container: string): Trace | undefined {
      const stage = networks.get(network)
      const about = stage?.about(container)
      if (!stage || !about) return undefined
      const { resident, evaluation } = about
      const made = evaluation?.contributions.map(madeOf) ?? []
      const paths = [...new Set(made.flatMap(({ entries }) => entries))]
      const all = arbiter.served(network)
      const served = paths.flatMap((path) => servedBy(all.get(path), container))
      const isUsed = (path: string): boolean => [...stage.referrers(path)].some((entry) => all.has(entry.path))
      const said = [...about.diagnostics, ...arbiter.about(network, paths)]
      return {
        resident,
        ...(evaluation?.identity && { identity: evaluation.identity }),
        made,
        served,
        diagnostics: withIdle(new Map(served.map((entry) => [entry.path, entry])), said, isUsed).filter(
          ({ origin }) => origin.containerId === container,
        ),
      }
    },
  }
}

export function createKernel(
  plugins: readonly LoadedPlugin[],
  operator: Settings,
  policy: Policy = DEFAULT_POLICY,
  from: Ledger = EMPTY_LEDGER,
): Kernel {
  const settings = frozen(structuredClone(operator))
  const evaluations = createEvaluations((container) => evaluate(container, plugins, settings, policy))
  /** As the last change left it that came to its end. */
  const ledger = copyOf(from)
  const begin = () => createStages({ evaluate: (container) => evaluations.take(container), settings, policy, ledger })
  let stages = begin()

  return {
    ledger,
    wantsPorts: (container) => evaluations.of(container).wantsPorts,
    interestIn: (container) => evaluations.of(container).interest,
    prepare(change, mayGoOn) {
      for (const resident of change.values()) {
        if (!resident || resident.presence === 'absent' || evaluations.has(resident.container)) continue
        if (!mayGoOn()) return false
        evaluations.of(resident.container)
      }
      return true
    },
    apply(change, now) {
      const outcome = stages.apply(change, now)
      note(outcome.claimed, ledger)
      return outcome
    },
    decree(next) {
      const change = stages.decree(next)
      note(change, ledger)
      return change
    },
    trace: (network, container) => stages.trace(network, container),
    beginAnew() {
      stages = begin()
    },
    revised: () => stages.revised(),
    document: () => stages.document(),
    networks: () => stages.networks(),
    used: () => stages.used(),
    usedBy: (network) => stages.usedBy(network),
    waiting: () => stages.waiting(),
    ports: () => stages.ports(),
  }
}
