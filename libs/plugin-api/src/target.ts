import { automaticRouter } from '@route-server/traefik'
import type { Target } from '@route-server/traefik'
import type { Container } from './container.ts'
import type { Context } from './plugin.ts'

/** The container as the Traefik library's `link` wants to see it. */
export function targetOf(container: Container, context: Context): Target {
  const { service, address, settings } = context
  const { baseDomain, certResolver, httpEntryPoints } = settings
  return {
    service,
    address,
    httpEntryPoints,
    get automaticRouter() {
      return baseDomain === undefined
        ? undefined
        : automaticRouter({
            service,
            network: container.network,
            baseDomain,
            certResolver,
            entryPoints: httpEntryPoints,
          })
    },
    exposedPort: (protocol) => context.exposedPorts()?.find((port) => port.protocol === protocol)?.number,
  }
}
