import type { Config } from '@route-server/config'
import type { RouteView } from '@route-server/kernel'
import { createExposition } from '@route-server/metrics'
import { createPageEndpoints, createTraefikStatus } from '@route-server/page'
import type { PageOptions, TraefikStatusOf } from '@route-server/page'
import type { AppOptions, Explain, OnFetch } from '@route-server/server'
import { listRouters } from '@route-server/traefik-api'
import type { Changes } from './changes.ts'
import type { Log } from './log.ts'
import type { Keepers, Running } from './running.ts'
import { VERSION } from './version.ts'

/** Said again after so long, while it goes on. Milliseconds. */
const REMINDER = 3_600_000

/** Tells that somebody polls a document that is published. */
function pollTeller(
  log: Log,
  file: string,
): { readonly heard: () => void; readonly warnings: () => readonly string[] } {
  const sentence = `Somebody asks for /routes.yaml, and gets 409: the route document is published as ${file}. If that is Traefik, take providers.http out of its static configuration.`
  let heardAt = -Infinity
  let saidAt = -Infinity
  return {
    heard() {
      heardAt = performance.now()
      if (heardAt - saidAt < REMINDER) return
      saidAt = heardAt
      log.warn({ file }, sentence)
    },
    warnings: () => (performance.now() - heardAt < REMINDER ? [sentence] : []),
  }
}

/** What Traefik made of our routers, asked for while somebody looks. */
const traefikStatusAt = (api: string, changes: Changes): TraefikStatusOf =>
  createTraefikStatus({
    ask: () => listRouters({ url: api }),
    isWatched: () => changes.isHeard(),
    changed: () => changes.tell(() => 'Traefik has other routers than before.'),
  })

export interface Answering extends Pick<Keepers, 'log' | 'state' | 'meter' | 'history' | 'changes'> {
  /** What needs a restart is as it was then. */
  readonly first: Config
  readonly view: RouteView
  readonly claims: PageOptions['claims']
  readonly explain: Explain
  /** What is wrong; sentences. */
  readonly problems: () => readonly string[]
  readonly onFetch: OnFetch
}

/** What the HTTP server answers with. `current`: what is in force, which a reload replaces. */
export function appOptions(
  current: () => Running,
  { first, view, claims, explain, problems, onFetch, log, state, meter, history, changes }: Answering,
): AppOptions {
  const publishedAs = first.publish?.file
  const api = first.traefikApi
  const polled = publishedAs === undefined ? undefined : pollTeller(log, publishedAs)
  return {
    get token() {
      return current().token
    },
    get allowedHosts() {
      return current().config.allowedHosts
    },
    get tenancy() {
      return current().config.tenancy
    },
    get startGrace() {
      return current().config.startGrace
    },
    publishedAs,
    ...(polled && { onPoll: polled.heard }),
    onFetch,
    explain,
    problems,
    history: () => history.revisions(),
    metrics: createExposition({
      meter,
      view,
      networks: () => current().reconciler.served()?.networks ?? [],
      remarks: () => current().reconciler.remarks(),
      plugins: () => current().plugins.map(({ plugin: { name }, spent }) => ({ ...spent(), name })),
      journals: () => state.figures(),
      version: VERSION,
    }),
    warnings: () => [...state.findings, ...current().warnings, ...(polled?.warnings() ?? [])],
    onError: (err, path) => {
      log.error({ err, path }, `The endpoint ${path} failed: ${err.message}`)
    },
    page: createPageEndpoints({
      view,
      claims,
      traefikStatus: api === undefined ? undefined : traefikStatusAt(api, changes),
      subscribe: (changed) => changes.subscribe(changed),
    }),
  }
}
