import type { NetworkId } from '@route-server/plugin-api'
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** The part of the route server's `/routes.json` that we read. */
export interface Routes {
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
const PAUSE = 100
/** For one answer. */
const DEADLINE = 2000

/** Where the route server answers. */
export const routeServer = (): string => process.env['REDIACC_ROUTER'] || 'http://127.0.0.1:7111'

/** What the route server says of a network; nothing where there is none. */
export async function askRoutes(network: NetworkId): Promise<Routes | undefined> {
  try {
    return JSON.parse(await askRouteServer(`/routes.json?network=${network}`)) as Routes
  } catch {
    return undefined
  }
}

/** The same, once it has something to say of each of the services, or nothing for long. */
export async function awaitRoutes(network: NetworkId, services: readonly string[]): Promise<Routes | undefined> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const routes = await askRoutes(network)
    if (routes === undefined || services.every((service) => isKnown(service, routes))) return routes
    if (performance.now() > deadline) return routes
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
  return [...new Set([...reached, ...wrong])]
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

/** It answered, and said no. */
export class RefusedError extends Error {
  readonly status: number

  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}

/** One answer of the route server. @throws where there is none; a {@link RefusedError} where it is a refusal */
export function askRouteServer(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = routeServer() + path
    const question = get(url, { agent: false, signal: AbortSignal.timeout(DEADLINE) }, (response) => {
      // `/health` says with 503 that it starts.
      if (response.statusCode !== 200 && response.statusCode !== 503) reject(new RefusedError(response.statusCode ?? 0))
      text(response).then(resolve, reject)
    })
    question.once('error', reject)
  })
}
