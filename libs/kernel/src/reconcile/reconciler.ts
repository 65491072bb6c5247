import { aged } from '../claims/aged.ts'
import { EMPTY_LEDGER } from '../claims/ledger.ts'
import type { Ledger } from '../claims/ledger.ts'
import type { Kernel, Rendering } from '../kernel.ts'
import { createLife } from '../life/life.ts'
import type { Life } from '../life/life.ts'
import type { LifeOptions, Moment } from '../life/network-life.ts'
import type { Rosters } from '../life/roster.ts'
import type { Snapshot, SnapshotSource } from '../snapshot.ts'
import { createAdmission } from './admission.ts'
import type { Admitted } from './admission.ts'
import { isAway } from './away.ts'
import { createRouteView } from './route-view.ts'
import type { RouteDocument, RouteView } from './view.ts'

export interface ReconcilerOptions {
  readonly source: SnapshotSource
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
  /** What the networks had from one another when the last run ended; left out, what `before` was rendered with. */
  readonly ledger?: Ledger | undefined
  /** How long a claim outlives its owner's last router, in time that this ran. Milliseconds. */
  readonly claimLapse: number
  /** Told of every new ledger, to keep it for the next run. */
  readonly keep?: ((ledger: Ledger) => void) | undefined
  /** Told what is still unknown when the grace ends: from now on the document is served without it. Sentences for people. */
  readonly onGraceOver?: (unknown: readonly string[]) => void
  /** What another reconciler served until now; it is served on until this one knows better. */
  readonly before?: Handover | undefined
}

/** What is served at one moment. */
export interface Served {
  readonly document: RouteDocument
  readonly rendering: Rendering
}

/** What a successor goes on from. */
export interface Handover extends Served {
  /** Who went away, fell ill or kept dying lately. */
  readonly life: Life
}

/** A rendering that is served, and the one before. */
export interface Rendered {
  readonly rendering: Rendering
  readonly before: Rendering | undefined
}

/** A new document, for whoever prints or measures it. */
export interface Change extends Served, Rendered {}

export interface Reconciler {
  readonly view: RouteView
  /** For a successor; `undefined` while nothing is served. */
  served(): Handover | undefined
  /** What the networks have from one another. */
  ledger(): Ledger
  /** Puts another ledger in its place, by the operator's order. */
  decree(ledger: Ledger): void
  /** Calls back after every change of the document, until the returned function is called. */
  subscribe(changed: (change: Change) => void): () => void
  /** Calls back after every rendering, also where the document stayed as it was: what isn't routed changes no byte. */
  observe(rendered: (news: Rendered) => void): () => void
  close(): void
}

const AGING_MS = 60_000

/** How long after a rendering the next one may follow: so many times as long as it took, and so much of the settle time. */
const REST = 4
const LEAST_REST = 0.2

/** The last date and clock; a clock that is set doesn't touch the second. */
const moment = (): Moment => ({ date: Date.now(), clock: performance.now() })

/**
 * Keeps the document as it should be for the newest snapshot. Level-triggered: a change says "look again", never what, so no
 * lost or repeated event can leave a lie behind. Owns time, and nothing else.
 */
export function reconcile(options: ReconcilerOptions): Reconciler {
  const { source, kernel, autoRoutes, settle, startGrace, claimLapse } = options
  const life = options.before?.life ?? createLife()
  const admission = createAdmission({ kernel, settle, revisions: options.revisions ?? Infinity })
  const subscribers = new Set<(change: Change) => void>()
  const observers = new Set<(news: Rendered) => void>()
  let document = options.before?.document
  let rendering = options.before?.rendering
  let ledger = options.ledger ?? options.before?.rendering.ledger ?? EMPTY_LEDGER
  let admitted: Admitted = { rosters: new Map(), isComplete: false, delayed: [], due: Infinity }
  let rendered: { readonly rosters: Rosters; readonly ledger: Ledger } | undefined
  let isKnown = false
  let restsUntil = -Infinity
  let timer: NodeJS.Timeout | undefined
  let wakesAt = Infinity
  /** A successor knows what was known: nobody's changes wait for a daemon that never answered. */
  let graceOver = options.before !== undefined

  /** An empty document is believed only where everything is known: Traefik takes it for "no routes". */
  const mayServe = (snapshot: Snapshot, next: Rendering): boolean =>
    isKnown || snapshot.unknown.length === 0 || (graceOver && next.networks.some(({ entries }) => entries.size > 0))

  function render(snapshot: Snapshot, now: Moment): void {
    const { rosters } = admitted
    if (rendered?.rosters === rosters && rendered.ledger === ledger) return
    const before = rendering
    const began = performance.now()
    const next = kernel.render({ rosters, ledger, now: now.date })
    if (mayServe(snapshot, next)) {
      isKnown = true
      rendered = { rosters, ledger: next.ledger }
      serve(next, now)
    }
    const clock = performance.now()
    const spent = clock - began
    restsUntil = clock + Math.min(settle, Math.max(REST * spent, LEAST_REST * settle))
    if (rendering === next) admission.note({ before: before?.networks ?? [], after: next.networks, clock, spent })
  }

  function serve(next: Rendering, now: Moment): void {
    const before = rendering
    rendering = next
    take(next.ledger)
    for (const rendered of observers) rendered({ rendering, before })
    if (document && isEqual(document.bytes, next.bytes)) return
    document = { revision: (document?.revision ?? 0) + 1, bytes: next.bytes, changedAt: now.date }
    for (const changed of subscribers) changed({ document, rendering, before })
  }

  function take(next: Ledger): void {
    if (next === ledger) return
    ledger = next
    options.keep?.(ledger)
  }

  function update(): void {
    clearTimeout(timer)
    timer = undefined
    wakesAt = Infinity
    const now = moment()
    const snapshot = source.read()
    const { rosters, due } = life.attend(snapshot.listings, now, options.life)
    admitted = admission.admit(rosters, now.clock)
    wakeAt(Math.min(due, admitted.due, admitted.isComplete ? Infinity : now.clock))
    if (!isKnown && ((!graceOver && snapshot.unknown.length > 0) || !admitted.isComplete)) return
    if (now.clock < restsUntil) wakeAt(restsUntil)
    else render(snapshot, now)
  }

  function wakeAt(clock: number): void {
    if (clock >= wakesAt) return
    clearTimeout(timer)
    wakesAt = clock
    timer = setTimeout(update, Math.max(0, Math.ceil(clock - performance.now())))
  }

  /** Renders at once after a quiet while; otherwise when the last rendering is some time ago, or a slice of evaluation is over. */
  function lookAgain(): void {
    if (performance.now() < restsUntil) wakeAt(restsUntil)
    else if (admitted.isComplete || !timer) update()
  }

  let agedAt = performance.now()
  const aging = setInterval(() => {
    const clock = performance.now()
    // A process that was stopped saw nothing meanwhile.
    const elapsed = Math.min(clock - agedAt, 2 * AGING_MS)
    agedAt = clock
    if (!rendering) return
    take(aged(ledger, rendering.used(), { isAway: isAway(source.read()), elapsed, lapse: claimLapse }))
    lookAgain()
  }, AGING_MS)

  const unsubscribe = source.subscribe(lookAgain)
  const grace = setTimeout(() => {
    graceOver = true
    const { unknown } = source.read()
    if (!isKnown && unknown.length > 0) options.onGraceOver?.(unknown)
    lookAgain()
  }, startGrace)
  update()

  return {
    view: createRouteView({
      document: () => document,
      rendering: () => rendering,
      portsOf: kernel.portsOf,
      snapshot: () => source.read(),
      delayed: () => admitted.delayed,
      autoRoutes,
    }),
    served: () => document && rendering && { document, rendering, life },
    ledger: () => ledger,
    decree(next) {
      take(next)
      lookAgain()
    },
    subscribe(changed) {
      subscribers.add(changed)
      return () => subscribers.delete(changed)
    },
    observe(rendered) {
      observers.add(rendered)
      return () => observers.delete(rendered)
    },
    close() {
      unsubscribe()
      clearInterval(aging)
      clearTimeout(grace)
      clearTimeout(timer)
    },
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
