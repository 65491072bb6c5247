import type { Protocol, RouterView, RouteView } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import { diagnosticMatches, readFilter, routerMatches, type Filter } from './filter.ts'
import type { Query } from './query.ts'
import { failure, json } from './reply.ts'

/** The body of `/routes.json`. */
export interface Routes {
  /** Of the route document; 0 while there is none. */
  readonly revision: number
  /** While there is no route document: what it waits for. The routers below are then incomplete. */
  readonly waitingFor?: readonly string[]
  readonly routers: Readonly<Record<Protocol, readonly RouterView[]>>
  /** Everything that isn't routed as asked, and why. */
  readonly diagnostics: readonly Diagnostic[]
}

/** The answer of `GET /routes.json`. */
export function answerRoutes(view: RouteView, query: Query): Response {
  const filter = readFilter(query)
  return typeof filter === 'string' ? failure(400, 'PARAMETER_INVALID', filter) : json(routes(view, filter))
}

function routes(view: RouteView, filter: Filter): Routes {
  const document = view.document()
  const routers = view.routers().filter((router) => routerMatches(filter, router))
  const serving = new Set(routers.flatMap(({ origins }) => origins.flatMap(({ containerId }) => containerId ?? [])))
  const of = (protocol: Protocol): RouterView[] => routers.filter((router) => router.protocol === protocol)
  return {
    ...('waitingFor' in document ? { revision: 0, waitingFor: document.waitingFor } : { revision: document.revision }),
    routers: { http: of('http'), tcp: of('tcp'), udp: of('udp') },
    diagnostics: view.diagnostics().filter((diagnostic) => diagnosticMatches(filter, diagnostic, serving)),
  }
}
