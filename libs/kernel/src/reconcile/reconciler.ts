import { aged } from '../ledger/aged.ts'
import { isNoChange } from '../ledger/ledger.ts'
import type { Ledger, LedgerChange } from '../ledger/ledger.ts'
import type { Rope } from '../document/draft.ts'
import type { Kernel, NetworkChange, NetworkRoutes } from '../kernel.ts'
import { createLife } from '../life/life.ts'
import type { Life } from '../life/life.ts'
import type { LifeOptions, Moment } from '../life/network-life.ts'
import type { Snapshot, SnapshotSource } from '../snapshot.ts'
import { createAdmission } from './admission.ts'
import type { Admitted } from './admission.ts'
import { isAway } from './away.ts'
import { createRouteView } from './route-view.ts'
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
  /** Told what is still unknown when the grace ends: from now on the document is served without it. Sentences for people. */
  readonly onGraceOver?: (unknown: readonly string[]) => void
  /** What another reconciler served until now; it is served on until this one knows better. */
  readonly before?: Handover | undefined
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
  /** What the networks have from one another. Changes as they do. */
  readonly ledger: Ledger
  /** What each network uses of that. */
  readonly used: Kernel['used']
  /** Puts another ledger in its place, by the operator's order. */
  decree(ledger: Ledger): void
  /** Calls back after every change of the document, until the returned function is called. */
  subscribe(changed: (change: Change) => void): () => void
  close(): void
}

const AGING_MS = 60_000

/** How long after a change was taken in the next one may be: so many times as long as that took, and so much of the settle time. */
const REST = 4
const LEAST_REST = 0.2

/** The last date and clock; a clock that is set doesn't touch the second. */
const moment = (): Moment => ({ date: Date.now(), clock: performance.now() })

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

const documentOf = (rope: Rope, revision: number, changedAt: number): RouteDocument => ({
  revision,
  changedAt,
  length: rope.length,
  get bytes() {
    return rope.bytes()
  },
})

/** The same with all that is to be said, for later. */
function said(change: NetworkChange): NetworkChange {
  const diagnostics = change.said()
  return { ...change, said: () => diagnostics }
}

/** What is other in what is served now, compared with what another reconciler served. */
function comparedWith(before: readonly NetworkRoutes[], now: readonly NetworkRoutes[]): readonly NetworkChange[] {
  const known = new Map(before.map(({ network, entries }) => [network, entries]))
  const present = new Map(now.map(({ network, entries }) => [network, entries]))
  return [...new Set([...known.keys(), ...present.keys()])].map((network) => {
    const [was, is] = [known.get(network), present.get(network)]
    const isSame = (path: string): boolean => was?.get(path)?.text === is?.get(path)?.text
    return {
      network,
      gone: [...(was?.values() ?? [])].filter(({ path }) => !isSame(path)),
      come: [...(is?.values() ?? [])].filter(({ path }) => !isSame(path)),
      said: () => [],
    }
  })
}

/**
 * Keeps the document as it should be for the newest snapshot. Level-triggered: a change says "look again", never what, so no
 * lost or repeated event can leave a lie behind. Owns time, and nothing else.
 */
export function reconcile(options: ReconcilerOptions): Reconciler {
  const { source, kernel, autoRoutes, settle, startGrace, claimLapse, before } = options
  const life = before?.life ?? createLife()
  const admission = createAdmission({ kernel, settle, revisions: options.revisions ?? Infinity })
  const subscribers = new Set<(change: Change) => void>()
  let document = before?.document
  let admitted: Admitted = { isComplete: false, delayed: [], due: Infinity }
  /** Whether the kernel has taken in something that isn't served yet. */
  let isBehind = true
  /** What was taken in while nothing could be served. */
  let untold: readonly NetworkChange[] = []
  let isKnown = false
  let restsUntil = -Infinity
  let timer: NodeJS.Timeout | undefined
  let wakesAt = Infinity
  if (before) admission.add(life.residents())
  /** A successor knows what was known: nobody's changes wait for a daemon that never answered. */
  let graceOver = before !== undefined

  /** An empty document is believed only where everything is known: Traefik takes it for "no routes". */
  const mayServe = (snapshot: Snapshot): boolean =>
    isKnown || snapshot.unknown.length === 0 || (graceOver && kernel.networks().some(({ entries }) => entries.size > 0))

  function keep(change: LedgerChange): void {
    if (!isNoChange(change)) options.keep?.(change)
  }

  function apply(snapshot: Snapshot, now: Moment): void {
    const change = admission.take()
    if (change.size === 0 && !isBehind) return
    const began = performance.now()
    const { networks, claimed } = kernel.apply(change, now.date)
    keep(claimed)
    if (mayServe(snapshot)) {
      const news = [...untold, ...networks]
      untold = []
      isBehind = false
      serve(news, now)
    } else {
      untold = [...untold, ...networks.map(said)]
    }
    const clock = performance.now()
    const spent = clock - began
    restsUntil = clock + Math.min(settle, Math.max(REST * spent, LEAST_REST * settle))
    if (isKnown) admission.note({ networks, isAlone: snapshot.listings.size === 1, clock, spent })
  }

  function serve(networks: readonly NetworkChange[], now: Moment): void {
    const isOther = kernel.revised()
    const isTakenOver = !isKnown && before !== undefined
    isKnown = true
    const next = isOther ? documentOf(kernel.document(), (document?.revision ?? 0) + 1, now.date) : undefined
    const isNews = next && !(isTakenOver && isEqual(before.document.bytes, next.bytes))
    if (isNews) document = next
    options.tell?.({ networks })
    if (!isNews) return
    const changed = isTakenOver ? comparedWith(before.networks, kernel.networks()) : networks
    for (const subscriber of subscribers) subscriber({ document: next, networks: changed })
  }

  function update(): void {
    clearTimeout(timer)
    timer = undefined
    wakesAt = Infinity
    const now = moment()
    const snapshot = source.read()
    const change = life.attend(snapshot.listings, now, options.life)
    admission.add(change)
    for (const network of change.keys()) if (!snapshot.listings.has(network)) admission.dismiss(network)
    admitted = admission.admit(now.clock)
    wakeAt(Math.min(life.due, admitted.due, admitted.isComplete ? Infinity : now.clock))
    if (!isKnown && ((!graceOver && snapshot.unknown.length > 0) || !admitted.isComplete)) return
    if (now.clock < restsUntil) wakeAt(restsUntil)
    else apply(snapshot, now)
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
    const change = kernel.decree(ledger)
    if (isNoChange(change)) return
    keep(change)
    isBehind = true
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
    decree(aged(kernel.ledger, kernel.used(), aging))
  }, AGING_MS)

  const unsubscribe = source.subscribe(lookAgain)
  const grace = setTimeout(() => {
    graceOver = true
    const { unknown } = source.read()
    if (!isKnown && unknown.length > 0) options.onGraceOver?.(unknown)
    lookAgain()
  }, startGrace)
  update()

  const networks = (): readonly NetworkRoutes[] => (isKnown ? kernel.networks() : (before?.networks ?? []))
  return {
    view: createRouteView({
      document: () => document,
      networks,
      ports: () => kernel.ports(),
      snapshot: () => source.read(),
      delayed: () => admitted.delayed,
      autoRoutes,
    }),
    served: () => document && { document, networks: networks(), life },
    ledger: kernel.ledger,
    used: () => kernel.used(),
    decree,
    subscribe(changed) {
      subscribers.add(changed)
      return () => subscribers.delete(changed)
    },
    close() {
      unsubscribe()
      clearInterval(aging)
      clearTimeout(grace)
      clearTimeout(timer)
    },
  }
}
