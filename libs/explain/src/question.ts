import { isIPv4 } from 'node:net'
import { parseNetworkId } from '@route-server/plugin-api'
import type { NetworkId } from '@route-server/plugin-api'
import { normalHost } from '@route-server/traefik/rules'

/** What somebody wants explained, and all that it may mean. */
export interface Question {
  /** As it was typed. */
  readonly text: string
  /** Of this network only. */
  readonly network?: NetworkId
  /** Lower case. */
  readonly host?: string
  /** Of a URL: `/api`. */
  readonly path?: string
  /** Of a URL: `http`, `https`. */
  readonly scheme?: string
  /** That clients connect to. */
  readonly port?: number
  /** A name: of a container, a service, a router or an entry point; or the beginning of an ID. */
  readonly name?: string
  /** A service's own address, `127.0.11.2`. */
  readonly address?: string
}

/** A sentence for whoever asked what can't be asked. */
export interface Unasked {
  readonly error: string
}

/** Whether a client that names no port, or this one, means HTTP. */
export const isOfWeb = (port: number | undefined): port is undefined | 80 | 443 =>
  port === undefined || port === 80 || port === 443

const MAX_LENGTH = 300

function hostQuestion(text: string, host: string, more: Partial<Question>): Question | Unasked {
  if (isIPv4(host)) return { text, address: host, ...more }
  const name = normalHost(host)
  return 'host' in name
    ? { text, host: name.host, ...more }
    : { error: `"${host}" ${name.problem}. Ask for a host such as app.example.com.` }
}

const portOf = (text: string): { readonly port?: number } => (text === '' ? {} : { port: Number(text) })

/**
 * Reads what somebody typed: `web-1`, `app.example.com`, `https://app.example.com/api`, `app.example.com:25`, `web-2816@http`, `tcp-25`,
 * `127.0.11.2:8080`.
 */
export function readQuestion(typed: string, network?: string): Question | Unasked {
  const text = typed.trim()
  const of = network === undefined ? undefined : parseNetworkId(network)
  if (network !== undefined && of === undefined)
    return { error: `"${network}" is no network ID: it has to be a multiple of 64 from 64 to 16777152, such as 2816.` }
  if (text === '' || text.length > MAX_LENGTH || /\s/.test(text))
    return { error: 'Name a container, a service, a host, a URL or a router.' }
  const where = of === undefined ? {} : { network: of }
  const [, scheme = '', authority = '', path = ''] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/\s]+)(\/[^\s?#]*)?(?:[?#]\S*)?$/i.exec(text) ?? []
  const [, host = '', port = ''] = /^(.+?)(?::(\d{1,5}))?$/.exec(authority) ?? []
  if (scheme !== '')
    return hostQuestion(text, host, { ...where, scheme: scheme.toLowerCase(), path: path || '/', ...portOf(port) })
  if (path !== '') return hostQuestion(text, host, { ...where, path, ...portOf(port) })
  if (port !== '' && host !== '') return hostQuestion(text, host, { ...where, ...portOf(port) })
  if (isIPv4(text)) return { text, address: text, ...where }
  const name = text.replace(/@[a-z]+$/i, '')
  const asHost = text.includes('.') ? normalHost(text) : undefined
  return { text, name, ...(asHost && 'host' in asHost && { host: asHost.host }), ...where }
}
