import type { Container, Diagnostic, NetworkId } from '@route-server/plugin-api'
import { aged } from '../ledger/aged.ts'
import { isNoChange } from '../ledger/ledger.ts'
import type { Ledger, LedgerChange } from '../ledger/ledger.ts'
import type { Rope } from '../document/draft.ts'
import { diagnosticsOf } from '../kernel.ts'
import type { Kernel, NetworkChange, NetworkRoutes } from '../kernel.ts'
import { createLife } from '../life/life.ts'
import type { Life } from '../life/life.ts'
import { networkDelayed } from '../life/messages.ts'
import type { LifeOptions, Moment } from '../life/network-life.ts'
import type { LifeChange, Resident } from '../life/roster.ts'
import type { Snapshot, SnapshotSource } from '../snapshot.ts'
import { createAdmission } from './admission.ts'
import type { Admission, Admitted } from './admission.ts'
import { isAway } from './away.ts'
import { notDone, outOfDate, upToDate, waitAfter } from './faults.ts'
import { createNetworkViews } from './network-views.ts'
import { countsOf, createRouteView, routersOf } from './route-view.ts'
import type { RouteDocument, RouteView } from './view.ts'

export interface ReconcilerOptions {
  readonly source: SnapshotSource
  /** Knows nobody yet. */
  readonly kernel: Kernel
  /** Whether auto-routes are made; only for `/health` to tell. */
  readonly autoRoutes: boolean
  /** The least time between two changes of a network; the first after a quiet while doesn't wait. Milliseconds. */
  readonly settle: number
  /** How long the first document may wait for what isn't known. Milliseconds. */
  readonly startGrace: number
  readonly life: LifeOptions
  /** How often a network's part of the document may change a minute; as it likes where it is left out. */
  readonly revisions?: number
  /** How long a claim outlives its owner's last router, in time that this ran. Milliseconds. */
  readonly claimLapse: number
  /** Told of what was claimed, or lapsed, or was given to another, to keep it for the next run: before anything is served by it. */
  readonly keep?: ((change: LedgerChange) => void) | undefined
  /** Told of every change, also where the document stays as it was: what isn't routed changes no byte. */
  readonly tell?: ((news: News) => void) | undefined
  /** Called after every change of the document, the first one too, which may be there before anybody can subscribe. */
  readonly changed?: ((change: Change) => void) | undefined
  /** Told what is still unknown when the grace ends: from now on the document is served without it. Sentences for people. */
  readonly onGraceOver?: (unknown: readonly string[]) => void
  /** Told of faults of our own, with what threw; a sentence for people. */
  readonly onFault?: (sentence: string, cause: unknown) => void
  /** Told once there are none any more. */
  readonly onRecovery?: (sentence: string) => void
  /** The last revision of the run before, from which this one counts on. */
  readonly lastRevision?: number | undefined
  /** What another reconciler served until now; it is served on until this one knows better. */
  readonly before?: Handover | undefined
  /** Calls back with containers of which a plugin has something else to say than when they were evaluated, until the returned function is called. */
  readonly answers?: ((answered: (containers: readonly Container[]) => void) => () => void) | undefined
}

/** What a successor goes on from. */
export interface Handover {
  readonly document: RouteDocument
  /** What is served of each network, by ascending ID. */
  readonly networks: readonly NetworkRoutes[]
  /** Who went away, fell ill or kept dying lately. */
  readonly life: Life
}

/** What is other than before, for whoever tells or measures it. */
export interface News {
  readonly networks: readonly NetworkChange[]
}

/** A new document. */
export interface Change extends News {
  readonly document: RouteDocument
}

export interface Reconciler {
  readonly view: RouteView
  /** For a successor; `undefined` while nothing is served. */
  served(): Handover | undefined
  /** What is to be said about the machine: its daemons, and networks as a whole. */
  remarks(): readonly Diagnostic[]
  /** What the networks have from one another. Changes as they do. */
  readonly ledger: Ledger
  /** What a network uses of that. */
  readonly usedBy: Kernel['usedBy']
  /** What is served, by ascending network ID. */
  networks(): readonly NetworkRoutes[]
  /** The way of one container. */
  readonly trace: Kernel['trace']
  /** What is to be said about networks whose changes have to wait. */
  delayed(): readonly Diagnostic[]
  /** Puts another ledger in its place, by the operator's order. */
  decree(ledger: Ledger): void
  /** Why the document isn't up to date, and what is done about it; nothing where it is. */
  problem(): string | undefined
  /** Calls back after every change of the document, until the returned function is called. */
  subscribe(changed: (change: Change) => void): () => void
  close(): void
}

const AGING_MS = 60_000

/** How long after a change was taken in the next one may be: so many times as long as that took, and so much of the settle time. */
const PAUSE = 4
const LEAST_PAUSE = 0.2

/** The last date and clock; a clock that is set doesn't touch the second. */
const moment = (): Moment => ({ date: Date.now(), clock: performance.now() })

const isEqual = (a: RouteDocument, b: RouteDocument): boolean =>
  a.length === b.length && Buffer.concat(a.parts).equals(Buffer.concat(b.parts))

const documentOf = (rope: Rope, revision: number, changedAt: number): RouteDocument => ({
  revision,
  changedAt,
  length: rope.length,
  get parts() {
    return rope.parts()
  },
})

/** What is other in what is served now, compared with what was served before, and all that is to be said. */
function comparedWith(before: readonly NetworkRoutes[], now: readonly NetworkRoutes[]): readonly NetworkChange[] {
  const known = new Map(before.map(({ network, entries }) => [network, entries]))
  const present = new Map(now.map((routes) => [routes.network, routes]))
  return [...new Set([...known.keys(), ...present.keys()])].map((network) => {
    const [was, is] = [known.get(network), present.get(network)?.entries]
    const isSame = (path: string): boolean => was?.get(path)?.text === is?.get(path)?.text
    return {
      network,
      gone: [...(was?.values() ?? [])].filter(({ path }) => !isSame(path)),
      come: [...(is?.values() ?? [])].filter(({ path }) => !isSame(path)),
      said: () => diagnosticsIn(present.get(network)),
    }
  })
}

const diagnosticsIn = (routes: NetworkRoutes | undefined): readonly Diagnostic[] =>
  routes ? diagnosticsOf(routes) : []

/**
 * Keeps the document as it should be for the newest snapshot. Level-triggered: a change says "look again", never what, so no
 * lost or repeated event can leave a lie behind. Owns time, and nothing else. Where the kernel has a fault the last good document is served
 * on, and everything is worked out anew: it goes on as its own successor.
 */
export function reconcile(options: ReconcilerOptions): Reconciler {
  // Not one word more of the options, so that they, and with them what was served before, are held by nothing.
  const {
    source,
    kernel,
    autoRoutes,
    settle,
    startGrace,
    claimLapse,
    life: lifeOptions,
    revisions = Infinity,
    lastRevision = 0,
  } = options
  const { keep, tell, onFault, onRecovery, onGraceOver } = options
  const newAdmission = (): Admission => createAdmission({ kernel, settle, revisions })
  /** What was served until it is known anew what is to be. */
  let before = options.before
  let life = before?.life ?? createLife()
  let admission = newAdmission()
  const subscribers = new Set<(change: Change) => void>(options.changed && [options.changed])
  let document = before?.document
  let admitted: Admitted = { isComplete: false, delayed: [], due: Infinity }
  /** Whether the kernel has taken in something that isn't served yet. */
  let isBehind = true
  /** Whether something was taken in while nothing could be served. */
  let isUntold = false
  let isKnown = false
  let faults = 0
  let problem: string | undefined
  let restsUntil = -Infinity
  let timer: NodeJS.Timeout | undefined
  let wakesAt = Infinity
  if (before) admission.add(before.life.residents())
  /** A successor knows what was known: nobody's changes wait for a daemon that never answered. */
  let graceOver = before !== undefined

  /** An empty document is believed only where everything is known that was served: Traefik takes it for "no routes". */
  const mayServe = ({ unknown, listings }: Snapshot): boolean =>
    isKnown ||
    unknown.length === 0 ||
    (graceOver && kernel.networks().some(({ entries }) => entries.size > 0)) ||
    before?.networks.every(({ network }) => listings.has(network)) === true

  const networks = (): readonly NetworkRoutes[] => (isKnown ? kernel.networks() : (before?.networks ?? []))
  const views = createNetworkViews({ networks, routersOf, countsOf, waiting: () => kernel.waiting() })
  const served = (): Handover | undefined => document && { document, networks: networks(), life }

  function keepClaims(change: LedgerChange): void {
    if (!isNoChange(change)) keep?.(change)
  }

  function apply(snapshot: Snapshot, now: Moment): void {
    const change = admission.take()
    if (change.size === 0 && !isBehind) return
    const began = performance.now()
    const { networks, claimed } = kernel.apply(change, now.date)
    views.forget(networks)
    keepClaims(claimed)
    const isServed = mayServe(snapshot)
    isBehind = !isServed
    isUntold ||= !isServed
    if (isServed) serve(networks, now)
    const clock = performance.now()
    const spent = clock - began
    restsUntil = clock + Math.min(settle, Math.max(PAUSE * spent, LEAST_PAUSE * settle))
    if (isKnown) admission.note({ networks, isAlone: snapshot.listings.size === 1, clock, spent })
  }

  function serve(networks: readonly NetworkChange[], now: Moment): void {
    const next = kernel.revised()
      ? documentOf(kernel.document(), (document?.revision ?? lastRevision) + 1, now.date)
      : undefined
    const isNews = next && !(before && isEqual(before.document, next))
    const changed = before || isUntold ? comparedWith(before?.networks ?? [], kernel.networks()) : networks
    if (!isKnown) views.forget()
    isKnown = true
    isUntold = false
    before = undefined
    if (isNews) document = next
    recovered()
    quietly('What is to be said about containers could not be', () => tell?.({ networks: changed }))
    if (!isNews) return
    for (const subscriber of subscribers)
      quietly('A new document could not be handed on', () => {
        subscriber({ document: next, networks: changed })
      })
  }

  /** Does what nothing that is served depends on. */
  function quietly(what: string, act: () => void): void {
    try {
      act()
    } catch (cause) {
      onFault?.(notDone(what, cause), cause)
    }
  }

  /** What the kernel knows is worth nothing any more; it is told again who is there. */
  function fail(cause: unknown): void {
    if (isKnown) before = served()
    isKnown = false
    isBehind = true
    graceOver ||= before !== undefined
    kernel.beginAnew()
    admission = newAdmission()
    admission.add(life.residents())
    const wait = waitAfter((faults += 1))
    restsUntil = performance.now() + wait
    problem = outOfDate(cause, document !== undefined, wait)
    onFault?.(problem, cause)
    wakeAt(restsUntil)
  }

  function recovered(): void {
    if (faults === 0) return
    faults = 0
    problem = undefined
    onRecovery?.(upToDate)
  }

  function update(): void {
    clearTimeout(timer)
    timer = undefined
    wakesAt = Infinity
    try {
      goOn()
    } catch (cause) {
      fail(cause)
    }
  }

  function goOn(): void {
    const now = moment()
    const snapshot = source.read()
    const change = attend(snapshot, now)
    admission.add(change)
    for (const network of change.keys()) if (!snapshot.listings.has(network)) admission.dismiss(network)
    admitted = admission.admit(now.clock)
    wakeAt(Math.min(life.due, admitted.due, admitted.isComplete ? Infinity : now.clock))
    if (!isKnown && ((!graceOver && snapshot.unknown.length > 0) || !admitted.isComplete)) return
    if (now.clock < restsUntil) wakeAt(restsUntil)
    else apply(snapshot, now)
  }

  /** Whoever was looked at half can't be gone on from, either. */
  function attend({ listings }: Snapshot, now: Moment): LifeChange {
    try {
      return life.attend(listings, now, lifeOptions)
    } catch (cause) {
      life = createLife()
      throw cause
    }
  }

  function wakeAt(clock: number): void {
    if (clock >= wakesAt) return
    clearTimeout(timer)
    wakesAt = clock
    timer = setTimeout(update, Math.max(0, Math.ceil(clock - performance.now())))
  }

  /** At once after a quiet while; otherwise when the last change is some time ago, or a slice of evaluation is over. */
  function lookAgain(): void {
    if (performance.now() < restsUntil) wakeAt(restsUntil)
    else if (admitted.isComplete || !timer) update()
  }

  function decree(ledger: Ledger): void {
    const change = decreed(ledger)
    if (isNoChange(change)) return
    keepClaims(change)
    isBehind = true
    lookAgain()
  }

  function decreed(ledger: Ledger): LedgerChange {
    try {
      return kernel.decree(ledger)
    } catch (cause) {
      fail(cause)
      // Nobody is there yet who might decide otherwise by it.
      return kernel.decree(ledger)
    }
  }

  /** A container is evaluated once, so one that is to be evaluated anew is another to the kernel. */
  function reconsider(containers: readonly Container[]): void {
    const residents = life.residents()
    const change = new Map<NetworkId, Map<string, Resident>>()
    for (const { network, id } of containers) {
      const resident = residents.get(network)?.get(id)
      if (!resident) continue
      const others = change.get(network) ?? new Map<string, Resident>()
      change.set(network, others.set(id, { ...resident, container: Object.freeze({ ...resident.container }) }))
    }
    if (change.size === 0) return
    admission.add(change)
    lookAgain()
  }

  let agedAt = performance.now()
  const aging = setInterval(() => {
    const clock = performance.now()
    // A process that was stopped saw nothing meanwhile.
    const elapsed = Math.min(clock - agedAt, 2 * AGING_MS)
    agedAt = clock
    if (!isKnown) return
    const aging = { isAway: isAway(source.read()), elapsed, lapse: claimLapse, date: Date.now() }
    quietly('Claims could not grow older', () => {
      decree(aged(kernel.ledger, kernel.used(), aging))
    })
  }, AGING_MS)

  const unsubscribe = source.subscribe(lookAgain)
  const unanswered = options.answers?.(reconsider)
  const grace = setTimeout(() => {
    graceOver = true
    const { unknown } = source.read()
    if (!isKnown && unknown.length > 0) onGraceOver?.(unknown)
    lookAgain()
  }, startGrace)
  update()

  const delayed = (): readonly Diagnostic[] => admitted.delayed.map(networkDelayed)
  const remarks = (): readonly Diagnostic[] => [...source.read().diagnostics, ...delayed()]
  return {
    view: createRouteView({
      document: () => document,
      views,
      ports: () => kernel.ports(),
      snapshot: () => source.read(),
      remarks,
      autoRoutes,
    }),
    remarks,
    served,
    problem: () => problem,
    ledger: kernel.ledger,
    usedBy: (network) => kernel.usedBy(network),
    networks,
    trace: (network, container) => kernel.trace(network, container),
    delayed,
    decree,
    subscribe(changed) {
      subscribers.add(changed)
      return () => subscribers.delete(changed)
    },
    close() {
      unsubscribe()
      unanswered?.()
      clearInterval(aging)
      clearTimeout(grace)
      clearTimeout(timer)
    },
  }
}
