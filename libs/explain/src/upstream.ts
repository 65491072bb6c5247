import type { RouterView } from '@route-server/kernel'
import type { ContainerFacts } from './facts.ts'

/** Where Traefik connects to for a router. */
export interface Upstream {
  readonly router: RouterView
  readonly address: string
  readonly port: number
  /** Whose address that is, if it is one of the containers in question. */
  readonly container?: ContainerFacts
}

const PORTS: Readonly<Record<string, number>> = { https: 443, http: 80, h2c: 80 }

function addressIn(server: string): { readonly address: string; readonly port: number } | undefined {
  const [, scheme = '', address = '', port] =
    /^(?:(\w+):\/\/)?(127\.\d+\.\d+\.\d+)(?::(\d+))?(?:\/|$)/.exec(server) ?? []
  const number = port === undefined ? PORTS[scheme] : Number(port)
  return address === '' || number === undefined ? undefined : { address, port: number }
}

/** The services' own addresses behind the routers, each once. */
export function upstreamsOf(
  routers: readonly RouterView[],
  containers: readonly ContainerFacts[],
): readonly Upstream[] {
  const found = new Map<string, Upstream>()
  for (const router of routers)
    for (const server of router.servers) {
      const where = addressIn(server)
      if (!where) continue
      const ids = router.origins.map(({ containerId }) => containerId)
      const container = containers.find(({ address, id }) => address === where.address && ids.includes(id))
      const key = `${router.protocol} ${where.address}:${where.port}`
      if (!found.has(key)) found.set(key, { router, ...where, ...(container && { container }) })
    }
  return [...found.values()]
}

/** `my.api` → `MY_API_IP` */
export const variableOf = ({ serviceName = '' }: Pick<ContainerFacts, 'serviceName'>): string =>
  `${serviceName.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_IP`

/** The label that says which port the router's service listens on, without its value. */
export function portLabelOf({ protocol, service, network }: RouterView, { labels }: ContainerFacts): string {
  const keys = labels.map(({ text }) => text.slice(0, text.indexOf('=')))
  const name = service.slice(0, service.length - `-${network}`.length)
  const label = `traefik.${protocol}.services.${name}.loadbalancer.server.port`
  if (keys.some((key) => key.toLowerCase().startsWith('traefik.'))) {
    return keys.find((key) => key.toLowerCase() === label.toLowerCase()) ?? label
  }
  return protocol === 'http' ? 'rediacc.service_port' : `rediacc.${protocol}_ports`
}
