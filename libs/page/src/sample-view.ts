import type { DaemonStatus, NetworkView, RouterView, RouteView } from '@route-server/kernel'
import type { Diagnostic, NetworkId } from '@route-server/plugin-api'

/** For tests: a router of a container of its own. */
export function sampleRouter(name: string, network: NetworkId, more: Partial<RouterView> = {}): RouterView {
  const host = `${name}.example.com`
  return {
    protocol: 'http',
    name: `${name}-${network}`,
    network,
    ...(more.protocol === 'udp' ? {} : { rule: `Host(\`${host}\`)` }),
    entryPoints: ['websecure'],
    middlewares: [],
    tls: false,
    service: `${name}-${network}`,
    servers: ['http://127.0.11.2:8080'],
    hosts: [host],
    origins: [{ plugin: 'http', container: `${name}-1`, containerId: `id of ${name}`, network }],
    ...more,
  }
}

export interface Sample {
  readonly routers?: readonly RouterView[]
  readonly diagnostics?: readonly Diagnostic[]
  readonly daemons?: readonly DaemonStatus[]
  readonly ports?: Partial<ReturnType<RouteView['ports']>>
}

/** For tests: a machine where this is to be seen. `looks` counts which networks were worked out. */
export function sampleView({ routers = [], diagnostics = [], daemons = [], ports = {} }: Sample): RouteView & {
  readonly looks: NetworkId[]
} {
  const looks: NetworkId[] = []
  const networks = [...new Set(routers.map(({ network }) => network))].map((network): NetworkView => {
    const own = routers.filter((router) => router.network === network)
    return {
      network,
      routers() {
        looks.push(network)
        return own
      },
      diagnostics: () => diagnostics.filter(({ origin }) => origin.network === network),
    }
  })
  const counts = { http: routers.length, tcp: 0, udp: 0 }
  return {
    looks,
    document: () => ({ revision: 7, parts: [], length: 0, changedAt: 0 }),
    routers: () => networks.flatMap((network) => network.routers()),
    networks: () => networks,
    ports: () => ({ rows: [], free: { tcp: [], udp: [] }, waiting: [], ...ports }),
    diagnostics: () => diagnostics,
    daemons: () => daemons,
    counts: () => ({ routers: counts, services: counts }),
    autoRoutes: true,
  }
}
