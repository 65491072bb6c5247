import { NON_HTTP_PORTS } from '@route-server/plugin-auto-route/non-http-ports'
import type { ComposeService } from './model.ts'

export const PORT_LABEL = 'rediacc.service_port'

/** A port of a service's container. */
export interface ContainerPort {
  readonly number: number
  readonly protocol: string
}

const SERVER_PORT = /^traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port$/i
const MOST = 1000

/**
 * The port on which a service serves HTTP, where the compose file makes it certain: what the routing labels say, else the only one in
 * `ports`, else the only one in `expose`. Never one that is known for something else.
 */
export function servicePortOf(service: ComposeService): number | undefined {
  const labels = Object.entries(service.labels ?? {})
  const said = [...new Set(labels.filter(([key]) => SERVER_PORT.test(key)).map(([, value]) => value.trim()))]
  const [first = ''] = said
  if (said.length > 0) return said.length === 1 && /^\d{1,5}$/.test(first) ? Number(first) : undefined
  const published = (service.ports ?? []).map(({ target, protocol = 'tcp' }) => ({ number: target, protocol }))
  return onlyHttp(published.length > 0 ? published : exposedOf(service))
}

/** What the compose file says about the container's ports, lowest first. */
export function portsOf(service: ComposeService): readonly ContainerPort[] {
  const label = service.labels?.[PORT_LABEL]
  const port = label === undefined ? servicePortOf(service) : Number(label)
  const all = [
    ...(port === undefined || Number.isNaN(port) ? [] : [{ number: port, protocol: 'tcp' }]),
    ...(service.ports ?? []).map(({ target, protocol = 'tcp' }) => ({ number: target, protocol })),
    ...exposedOf(service),
  ]
  return all
    .filter((one, index) => all.findIndex((other) => isSame(one, other)) === index)
    .sort((a, b) => a.number - b.number || a.protocol.localeCompare(b.protocol))
}

/** What usually speaks on a port that isn't for HTTP. */
export const otherProtocolOf = (port: number): string | undefined => NON_HTTP_PORTS[port]

const isSame = (a: ContainerPort, b: ContainerPort): boolean => a.number === b.number && a.protocol === b.protocol

function onlyHttp(ports: readonly ContainerPort[]): number | undefined {
  const candidates = new Set(
    ports
      .filter(({ number, protocol }) => protocol === 'tcp' && otherProtocolOf(number) === undefined)
      .map(({ number }) => number),
  )
  const [port] = candidates
  return candidates.size === 1 ? port : undefined
}

function exposedOf({ expose = [] }: ComposeService): readonly ContainerPort[] {
  return expose.flatMap((text) => {
    const [, from = '', to = from, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(text) ?? []
    if (from === '') return []
    const length = Math.min(Number(to) - Number(from) + 1, MOST)
    return Array.from({ length }, (_, i) => ({ number: Number(from) + i, protocol }))
  })
}
