import type { Kernel, Rendering } from './kernel.ts'
import { createRouteView } from './route-view.ts'
import type { Snapshot, SnapshotSource } from './snapshot.ts'
import type { RouteDocument, RouteView } from './view.ts'

export interface ReconcilerOptions {
  readonly source: SnapshotSource
  readonly kernel: Kernel
  /** Whether auto-routes are made; only for `/health` to tell. */
  readonly autoRoutes: boolean
  /** The least time between two renderings; the first change after a quiet while doesn't wait. Milliseconds. */
  readonly settle: number
  /** How long the first document may wait for what isn't known. Milliseconds. */
  readonly startGrace: number
  /** Told what is still unknown when the grace ends: from now on the document is served without it. Sentences for people. */
  readonly onGraceOver?: (unknown: readonly string[]) => void
  /** What another reconciler served until now; it is served on until this one knows better. */
  readonly before?: Served | undefined
}

/** What is served at one moment. */
export interface Served {
  readonly document: RouteDocument
  readonly rendering: Rendering
}

/** A new document, for whoever prints or measures it. */
export interface Change extends Served {
  readonly before: Rendering | undefined
}

export interface Reconciler {
  readonly view: RouteView
  /** For a successor; `undefined` while nothing is served. */
  served(): Served | undefined
  /** Calls back after every change of the document, until the returned function is called. */
  subscribe(changed: (change: Change) => void): () => void
  close(): void
}

/**
 * Keeps the document as it should be for the newest snapshot. Level-triggered: a change says "look again", never what, so no
 * lost or repeated event can leave a lie behind. Owns time, and nothing else.
 */
export function reconcile(options: ReconcilerOptions): Reconciler {
  const { source, kernel, autoRoutes, settle, startGrace } = options
  const subscribers = new Set<(change: Change) => void>()
  let document = options.before?.document
  let rendering = options.before?.rendering
  let isKnown = false
  let renderedAt = -Infinity
  let timer: NodeJS.Timeout | undefined
  let graceOver = false

  /** An empty document is believed only where everything is known: Traefik takes it for "no routes". */
  const mayServe = (snapshot: Snapshot, next: Rendering): boolean =>
    isKnown || snapshot.unknown.length === 0 || (graceOver && next.networks.some(({ entries }) => entries.size > 0))

  function update(): void {
    clearTimeout(timer)
    timer = undefined
    const snapshot = source.read()
    if (!isKnown && !graceOver && snapshot.unknown.length > 0) return
    const before = rendering
    const next = kernel.render(snapshot.listings, before?.udpEntryPoints)
    renderedAt = performance.now()
    if (!mayServe(snapshot, next)) return
    isKnown = true
    rendering = next
    if (document && Buffer.compare(document.bytes, rendering.bytes) === 0) return
    document = { revision: (document?.revision ?? 0) + 1, bytes: rendering.bytes, changedAt: Date.now() }
    for (const changed of subscribers) changed({ document, rendering, before })
  }

  function lookAgain(): void {
    if (timer) return
    const wait = renderedAt + settle - performance.now()
    if (wait <= 0) update()
    else timer = setTimeout(update, wait)
  }

  const unsubscribe = source.subscribe(lookAgain)
  const grace = setTimeout(() => {
    graceOver = true
    const { unknown } = source.read()
    if (!isKnown && unknown.length > 0) options.onGraceOver?.(unknown)
    lookAgain()
  }, startGrace)
  lookAgain()

  return {
    view: createRouteView({
      document: () => document,
      rendering: () => rendering,
      snapshot: () => source.read(),
      autoRoutes,
    }),
    served: () => document && rendering && { document, rendering },
    subscribe(changed) {
      subscribers.add(changed)
      return () => subscribers.delete(changed)
    },
    close() {
      unsubscribe()
      clearTimeout(grace)
      clearTimeout(timer)
    },
  }
}
