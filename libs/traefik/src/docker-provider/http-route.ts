import { named } from '../named.ts'
import type { DynamicConfiguration, HttpRouter } from '../schema/configuration.ts'
import { hostPort } from './server.ts'

export interface HttpRoute {
  /** Of the router and of the service. */
  readonly name: string
  readonly router: HttpRouter
  readonly address: string
  readonly port: number
  /** Names of middlewares, in order. */
  readonly middlewares: readonly string[]
  /** IPs and CIDRs that may come in; empty: all. */
  readonly sourceRange: readonly string[]
}

/** A router with a service of one server, and what stands between them. */
export function httpRoute({ name, router, address, port, middlewares, sourceRange }: HttpRoute): DynamicConfiguration {
  const guard = `${name}-source-range`
  const guards = sourceRange.length === 0 ? [] : [guard]
  const chain = [...guards, ...middlewares]
  return {
    http: {
      routers: named([[name, { ...router, service: name, ...(chain.length > 0 && { middlewares: chain }) }]]),
      services: named([[name, { loadBalancer: { servers: [{ url: `http://${hostPort(address, port)}` }] } }]]),
      ...(guards.length > 0 && { middlewares: named([[guard, { ipAllowList: { sourceRange } }]]) }),
    },
  }
}
