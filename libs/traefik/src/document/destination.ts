import { goUrlError } from '../go/url.ts'

/** Where a connection goes. */
export interface Destination {
  /** Lower case, an IPv6 address without its brackets: `127.0.11.2`, `authelia`, `::1`. */
  readonly host: string
  /** Left out where the URL leaves it to its scheme. */
  readonly port?: number
}

/** The kinds of reaches whose text names a host. */
export type DestinationKind = 'url' | 'address'

interface Location {
  readonly host: string
  readonly port: string | undefined
  /** Where the host stands in the text, an IPv6 address with its brackets. */
  readonly from: number
  readonly to: number
}

const MAX_PORT = 65_535
/** Go takes more for a host: escapes, zones, lists, what isn't ASCII. Nobody needs it, and nothing reads it alike. */
const HOST_AND_PORT = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([1-9][0-9]{0,4}))?$/
/** The schemes that Traefik connects by. Go ends the authority at the first of `/?#`. */
const AUTHORITY = /^(?:https?|h2c):\/\/([^/?#]*)/i

/** Where `host:port` begins. */
const starts: Readonly<Record<DestinationKind, (text: string) => { from: number; to: number } | undefined>> = {
  url: (text) => {
    const [whole, authority] = AUTHORITY.exec(text) ?? []
    if (whole === undefined || authority === undefined || goUrlError(text) !== undefined) return undefined
    // What stands before the last @ is a user and a password.
    const user = authority.lastIndexOf('@') + 1
    return { from: whole.length - authority.length + user, to: whole.length }
  },
  address: (text) => ({ from: 0, to: text.length }),
}

function locate(kind: DestinationKind, text: string): Location | undefined {
  const start = starts[kind](text)
  if (start === undefined) return undefined
  const { from, to } = start
  const [, host, port] = HOST_AND_PORT.exec(text.slice(from, to)) ?? []
  const isPort = port === undefined ? kind === 'url' : Number(port) <= MAX_PORT
  return host === undefined || !isPort ? undefined : { host, port, from, to: from + host.length }
}

/** The host that Traefik connects to for a URL, or for an address such as `127.0.11.2:80`; `undefined` where there is none or any doubt. */
export function destinationOf(kind: DestinationKind, text: string): Destination | undefined {
  const found = locate(kind, text)
  if (found === undefined) return undefined
  const host = found.host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return found.port === undefined ? { host } : { host, port: Number(found.port) }
}

/** The same URL or address with another host in it, a name or an IP address; `undefined` where {@link destinationOf} finds none. */
export function withHost(kind: DestinationKind, text: string, host: string): string | undefined {
  const found = locate(kind, text)
  return found && `${text.slice(0, found.from)}${host.includes(':') ? `[${host}]` : host}${text.slice(found.to)}`
}

/** No blank or control character, no backslash, no host of its own, which only a scheme or two slashes can begin. */
const BELOW_SERVER = /^(?![^]*[\0- \x7f\\])(?:\/(?!\/)|[?#]|[^/:?#]+(?:[/?#]|$)|$)/

/** Whether a health check with this path, or this scheme, asks the server that it is for, whatever the server's URL. */
export const staysOnServer = (kind: 'url-path' | 'url-scheme', text: string): boolean =>
  kind === 'url-path' ? BELOW_SERVER.test(text) : /^(?:https?|h2c)?$/i.test(text)
