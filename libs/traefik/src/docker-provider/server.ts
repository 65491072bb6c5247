import { quoted } from '../quoted.ts'
import type { Protocol } from '../schema/configuration.ts'

/** What the labels below `loadbalancer.server` say; every field as decoded. */
export interface ServerLabels {
  readonly url?: string | undefined
  readonly scheme?: string | undefined
  readonly port?: string | undefined
}

/** A server, or why there is none and what to do about it. */
export type Server =
  { readonly server: Readonly<Record<string, unknown>> } | { readonly reason: string; readonly cure: string }

const SCHEMES = ['http', 'https', 'h2c']
const PORT = /^[0-9]{1,5}$/

/** A port's number from a label's text; `undefined` where it is none. Traefik would paste it into the address as it is. */
export function readPort(text: string): number | undefined {
  const port = PORT.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** `127.0.11.2:80`, `[::1]:80`. */
export const hostPort = (address: string, port: number): string =>
  `${address.includes(':') ? `[${address}]` : address}:${port}`

/**
 * One server of a service: its address is the container's own, with the port that the labels or the image give. Composed
 * of checked parts, never pasted from text. `prefix` is that of its labels: `traefik.http.services.web.loadbalancer.server`.
 */
export function composeServer(
  protocol: Protocol,
  labels: ServerLabels,
  prefix: string,
  address: string,
  exposed: () => number | undefined,
): Server {
  const { url, scheme, port: portLabel, ...rest } = labels
  if (url !== undefined && url !== '') {
    if (scheme === undefined && portLabel === undefined) return { server: { url, ...rest } }
    return { reason: 'its URL says what its port and scheme say again', cure: `Keep ${prefix}.url alone.` }
  }
  const port = portLabel === undefined || portLabel === '' ? exposed() : readPort(portLabel)
  if (port === undefined)
    return portLabel === undefined || portLabel === ''
      ? { reason: 'no label gives its port, and none is known from the image', cure: `Set ${prefix}.port.` }
      : { reason: `${quoted(portLabel)} is no port`, cure: `Set ${prefix}.port to a number from 1 to 65535.` }
  if (protocol !== 'http') return { server: { address: hostPort(address, port), ...rest } }
  const known = SCHEMES.find((name) => name === (scheme === undefined || scheme === '' ? 'http' : scheme.toLowerCase()))
  if (known === undefined)
    return {
      reason: `${quoted(scheme ?? '')} is no scheme that Traefik can dial`,
      cure: `Set ${prefix}.scheme to one of ${SCHEMES.join(', ')}.`,
    }
  return { server: { url: `${known}://${hostPort(address, port)}`, ...rest } }
}
