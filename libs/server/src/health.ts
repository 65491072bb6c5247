import type { DaemonState, DaemonStatus, Protocol, RouteView, Tenancy } from '@route-server/kernel'
import { json } from './reply.ts'
import { waitingMessage } from './waiting.ts'

/** The body of `/health`. */
export interface Health {
  /** `starting`: there is no route document yet. `degraded`: there is, but some daemon isn't heard, or something else is wrong. */
  readonly status: 'ok' | 'degraded' | 'starting'
  /** Why the status isn't `ok`, in a sentence or two. */
  readonly message?: string
  /** A sentence for each thing that keeps the status from being `ok`. */
  readonly problems?: readonly string[]
  /** Whether networks are strangers to each other, or have one owner. */
  readonly tenancy: Tenancy
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
  /** What is wrong beside daemons that aren't heard, such as state that can't be saved. Sentences. */
  readonly problems: () => readonly string[]
  readonly tenancy: Tenancy
}

/** What is told of it to who doesn't show the token: enough for a probe. */
export type Verdict = Pick<Health, 'status'>

/** What the settings say of it; what is left out is as usual. */
export interface HealthFacts extends Partial<HealthOptions> {
  readonly token?: string | undefined
  readonly publishedAs?: string | undefined
}

const UNGUARDED =
  "Every container on this machine can read /routes.yaml, with the secrets that labels have in it; set --token-file, and Traefik's providers.http.headers."

/** How the route server is, by its settings. */
export function healthOf(view: RouteView, facts: HealthFacts): Health {
  const { now = Date.now, startGrace = 30_000, tenancy = 'strict', problems = () => [], token, publishedAs } = facts
  const warnings = (): readonly string[] => [
    ...(token === undefined && publishedAs === undefined ? [UNGUARDED] : []),
    ...(facts.warnings?.() ?? []),
  ]
  return health(view, { now, startGrace, tenancy, warnings, problems })
}

/** 503 for who looks at nothing but that. */
export const answerHealth = (body: Health | Verdict): Response =>
  body.status === 'starting' ? json(body, 503, { 'Retry-After': '1' }) : json(body)

/** How the route server is. Only `starting` means that `/routes.yaml` isn't served. */
function health(view: RouteView, options: HealthOptions): Health {
  const { now, startGrace, tenancy } = options
  const document = view.document()
  const daemons = view.daemons()
  const starting = 'waitingFor' in document
  const silent = daemons.filter(
    ({ state, since }) => state === 'stale' || (state === 'pending' && now() - since >= startGrace),
  )
  const others = options.problems()
  const problems = [...(starting ? document.waitingFor : silent.map(describeSilence)), ...others]
  const message = starting ? waitingMessage(problems) : troubleMessage(silent.length, daemons.length, others)
  const said = options.warnings()
  return {
    status: starting ? 'starting' : problems.length > 0 ? 'degraded' : 'ok',
    ...(starting || problems.length > 0 ? { message, problems } : {}),
    tenancy,
    daemons: countStates(daemons),
    ...view.counts(),
    autoRoutes: view.autoRoutes,
    revision: starting ? 0 : document.revision,
    ...(starting ? {} : { lastChange: lastChange(document.changedAt, now()) }),
    ...(said.length > 0 ? { warnings: said } : {}),
  }
}

function troubleMessage(silent: number, all: number, others: readonly string[]): string {
  const [first, ...more] = others
  return [
    ...(silent > 0
      ? [
          `${silent} of ${all} daemons ${silent === 1 ? "isn't" : "aren't"} heard; everybody else's routes are up to date.`,
        ]
      : []),
    ...(first === undefined ? [] : [first]),
    ...(more.length > 0 ? [`And ${more.length} more: see problems.`] : []),
  ].join(' ')
}

function describeSilence({ network, daemon, state, since, reason, containers }: DaemonStatus): string {
  const known = containers > 0 ? 'its last known routes are served' : 'none of its routes are served'
  const served = state === 'stale' ? known : 'it has no routes yet'
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
