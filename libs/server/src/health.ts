import type { DaemonState, DaemonStatus, Protocol, RouteView } from '@route-server/kernel'
import { waitingMessage } from './waiting.ts'

/** The body of `/health`. */
export interface Health {
  /** `starting`: there is no route document yet. `degraded`: there is, but some daemon isn't heard. */
  readonly status: 'ok' | 'degraded' | 'starting'
  /** Why the status isn't `ok`, in a sentence or two. */
  readonly message?: string
  /** A sentence for each thing that keeps the status from being `ok`. */
  readonly problems?: readonly string[]
  /** Number of daemons in each state. */
  readonly daemons: Readonly<Record<DaemonState, number>>
  readonly routers: Readonly<Record<Protocol, number>>
  readonly services: Readonly<Record<Protocol, number>>
  readonly autoRoutes: boolean
  /** Of the route document; 0 while there is none. */
  readonly revision: number
  /** When the route document last changed. */
  readonly lastChange?: { readonly at: string; readonly ageSeconds: number }
  /** What the operator should know although everything works. */
  readonly warnings?: readonly string[]
}

export interface HealthOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** How long a new daemon may take to be listed before it counts as a problem; milliseconds. */
  readonly startGrace: number
  readonly warnings: () => readonly string[]
}

/** How the route server is. Only `starting` means that `/routes.yaml` isn't served. */
export function health(view: RouteView, { now, startGrace, warnings }: HealthOptions): Health {
  const document = view.document()
  const daemons = view.daemons()
  const starting = 'waitingFor' in document
  const silent = daemons.filter(
    ({ state, since }) => state === 'stale' || (state === 'pending' && now() - since >= startGrace),
  )
  const problems = starting ? document.waitingFor : silent.map((daemon) => describeSilence(daemon))
  const message = starting ? waitingMessage(problems) : silenceMessage(silent.length, daemons.length)
  const said = warnings()
  return {
    status: starting ? 'starting' : silent.length > 0 ? 'degraded' : 'ok',
    ...(starting || silent.length > 0 ? { message, problems } : {}),
    daemons: countStates(daemons),
    ...view.counts(),
    autoRoutes: view.autoRoutes,
    revision: starting ? 0 : document.revision,
    ...(starting ? {} : { lastChange: lastChange(document.changedAt, now()) }),
    ...(said.length > 0 ? { warnings: said } : {}),
  }
}

function silenceMessage(silent: number, all: number): string {
  return `${silent} of ${all} daemons ${silent === 1 ? "isn't" : "aren't"} heard; everybody else's routes are up to date.`
}

function describeSilence({ network, daemon, state, since, reason }: DaemonStatus): string {
  const served = state === 'stale' ? 'its last known routes are served' : 'it has no routes yet'
  return `Network ${network} (${daemon}) has been ${state} since ${new Date(since).toISOString()}; ${served}.${reason ? ` ${reason}` : ''}`
}

function countStates(daemons: readonly DaemonStatus[]): Record<DaemonState, number> {
  const counts = { pending: 0, live: 0, stale: 0, gone: 0 }
  for (const { state } of daemons) counts[state]++
  return counts
}

function lastChange(changedAt: number, now: number): { at: string; ageSeconds: number } {
  return { at: new Date(changedAt).toISOString(), ageSeconds: Math.max(0, Math.round((now - changedAt) / 1000)) }
}
