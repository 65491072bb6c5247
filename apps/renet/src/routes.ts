import type { NetworkId } from '@route-server/plugin-api'
import { plainText } from '@route-server/server/plain-text'
import { setTimeout as sleep } from 'node:timers/promises'
import { askRouteServer } from './ask-route-server.ts'
import { RenetError, StillStarting } from './renet-error.ts'
import { remark } from './terminal/print.ts'

/** The part of the route server's `/routes.json` that we read. */
export interface Routes {
  /** What the first document waits for, while there is none. */
  readonly waitingFor?: readonly string[]
  readonly routers: Readonly<Record<'http' | 'tcp' | 'udp', readonly Router[]>>
  readonly diagnostics: readonly Diagnostic[]
}

interface Origin {
  readonly compose?: { readonly service: string }
}

export interface Router {
  readonly name: string
  readonly rule?: string
  readonly entryPoints: readonly string[]
  readonly tls: unknown
  readonly hosts: readonly string[]
  readonly servers: readonly string[]
  readonly origins: readonly Origin[]
}

interface Diagnostic {
  readonly code: string
  readonly level: 'error' | 'warning' | 'info'
  readonly message: string
  readonly origin: Origin
}

/** How long the route server may take to see what was started; milliseconds. */
const PATIENCE = 3000
/** How long it may take to start: unless `startGrace` says otherwise it waits 30 s for daemons that it doesn't hear. */
const STARTING_PATIENCE = 35_000
const PAUSE = 100

/** What the route server says of a network. @throws {RenetError} where it says nothing */
export async function askRoutes(network: NetworkId): Promise<Routes> {
  return (await askRouteServer(`/routes.json?network=${network}`)).answer as Routes
}

/** The same, once it has something to say of each of the services, or nothing for long; why it says nothing at all is no error here. */
export async function awaitRoutes(network: NetworkId, services: readonly string[]): Promise<Routes | RenetError> {
  const began = performance.now()
  let startedAt = began
  for (;;) {
    const routes = await askRoutes(network).catch((error: unknown) => error as RenetError)
    const isStarting = routes instanceof RenetError ? routes instanceof StillStarting : routes.waitingFor !== undefined
    const isAnswer = routes instanceof RenetError || services.every((service) => isKnown(service, routes))
    const now = performance.now()
    if (isStarting && startedAt === began) remark('The route server is still starting; waiting for it …')
    if (isStarting) startedAt = now
    if (isAnswer && !isStarting) return routes
    if (isStarting ? now - began > STARTING_PATIENCE : now - startedAt > PATIENCE) return routes
    await sleep(PAUSE)
  }
}

const isOf = (service: string) => (origin: Origin) => origin.compose?.service === service

const isKnown = (service: string, { routers, diagnostics }: Routes): boolean =>
  [
    ...Object.values(routers)
      .flat()
      .flatMap(({ origins }) => origins),
    ...diagnostics.map(({ origin }) => origin),
  ].some(isOf(service))

/** Where a service can be reached, one line each; where nowhere, why, if that isn't meant. */
export function reachOf(service: string, { routers, diagnostics }: Routes): readonly string[] {
  const own = ({ origins }: Router): boolean => origins.some(isOf(service))
  const reached = [
    ...routers.http.filter(own).flatMap(urlsOf),
    ...(['tcp', 'udp'] as const).flatMap((protocol) =>
      routers[protocol].filter(own).flatMap(({ entryPoints }) => entryPoints),
    ),
  ]
  const wrong = diagnostics
    .filter(({ level, origin }) => level === 'error' && isOf(service)(origin))
    .map(({ code, message }) => `not as asked (${code}): ${message}`)
  return [...new Set([...reached, ...wrong])].map(plainText)
}

/** The part of a rule that a URL can say: one path. */
function pathOf({ rule = '' }: Router): string {
  const paths = [...rule.matchAll(/\bPath(?:Prefix)?\(`([^`]*)`\)/g)].map(([, path = '']) => path)
  return paths.length === 1 ? (paths[0] ?? '') : ''
}

const PLAIN: ReadonlySet<string> = new Set(['web', 'web-v6'])

/** A router that says nothing of TLS may have it from its entry point. */
function urlsOf(router: Router): readonly string[] {
  const isPlain = router.tls === false && router.entryPoints.every((name) => PLAIN.has(name))
  return router.hosts.map((host) => `${isPlain ? 'http' : 'https'}://${host}${pathOf(router)}`)
}
