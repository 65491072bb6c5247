import { createHash, timingSafeEqual } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { COMMON_HEADERS, failure } from './reply.ts'

/** Who may ask. The values are read at each request, so that an object with getters can change them. */
export interface Access {
  /** What everything wants to be shown but the bare status in `/health`; left out, anybody gets all. */
  readonly token?: string | undefined
  /** Names in the Host header that are answered beside IP addresses and `localhost`; lower case. */
  readonly allowedHosts?: readonly string[]
}

/** The two headers that decide. */
export interface Credentials {
  readonly host?: string | undefined
  readonly authorization?: string | undefined
}

/** Whether a request may be answered at all, and whether it may have more than the bare status. */
export interface Gate {
  admits(credentials: Credentials): boolean
  trusts(credentials: Credentials): boolean
}

/** The gate of each app, for who answers in its place. */
export const gates = new WeakMap<object, Gate>()

export function createGate(access: Access): Gate {
  let known: { readonly host: string; readonly allowedHosts: readonly string[] | undefined } | undefined
  let expected: { readonly token: string; readonly digest: Uint8Array } | undefined
  return {
    admits({ host }) {
      // A browser always sends the header. Who doesn't is HTTP/1.0, and no web page.
      if (host === undefined) return true
      const { allowedHosts } = access
      if (host === known?.host && allowedHosts === known.allowedHosts) return true
      if (!isOurs(host, allowedHosts ?? [])) return false
      known = { host, allowedHosts }
      return true
    },
    trusts({ authorization }) {
      const { token } = access
      if (token === undefined) return true
      if (expected?.token !== token) expected = { token, digest: digestOf(token) }
      const given = tokenIn(authorization ?? '')
      return given !== undefined && timingSafeEqual(digestOf(given), expected.digest)
    },
  }
}

/** What a program shows as `Bearer`, and a browser as the password of a user of any name. */
function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', shown = ''] = /^(Bearer|Basic) +(.+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return shown || undefined
  return /^[^:]*:(.+)$/s.exec(Buffer.from(shown, 'base64').toString('latin1'))?.[1]
}

/** Of the same length whatever the text, so that comparing takes the same time. */
function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** An address can't be made to mean another machine; a name can, by whoever owns its domain. */
function isOurs(header: string, allowedHosts: readonly string[]): boolean {
  const [, v6, host = ''] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d{0,5})?$/.exec(header) ?? []
  if (v6 !== undefined) return isIPv6(v6) && !v6.includes('%')
  const name = host.toLowerCase().replace(/\.$/, '')
  return isIPv4(name) || name === 'localhost' || allowedHosts.includes(name)
}

/** 421: this server doesn't answer for that name. 403 would tell a client to look for other credentials. */
export function refuseHost(host: string | undefined): Response {
  return failure(
    421,
    'HOST_NOT_ALLOWED',
    `The route server doesn't answer under the name ${JSON.stringify(host ?? '')}. Ask it by its address or as localhost, or add the name to allowedHosts in its configuration.`,
  )
}

const SHOW_TOKEN =
  'The route document needs the token of the file that the route server got as --token-file. ' +
  'In Traefik\'s static configuration: providers.http.headers: { Authorization: "Bearer …" }\n'

const SHOW_TOKEN_HERE =
  'This needs the token of the file that the route server got as --token-file: curl -H "Authorization: Bearer $(cat FILE)" …\n'

/** Always the same, and with nothing to mask but the example itself. */
export function refuseStranger(path: string): Response {
  return new Response(path === '/routes.yaml' ? SHOW_TOKEN : SHOW_TOKEN_HERE, {
    status: 401,
    headers: { ...COMMON_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', 'WWW-Authenticate': 'Bearer' },
  })
}

/** A browser asks its user for a name and a password, and sends them here alone: not to another port, as it would a cookie. */
export function refuseVisitor(): Response {
  return new Response('This page needs the token of the route server, as the password; any name will do.\n', {
    status: 401,
    headers: {
      ...COMMON_HEADERS,
      'Content-Type': 'text/plain; charset=utf-8',
      'WWW-Authenticate': 'Basic realm="route server", charset="UTF-8"',
    },
  })
}
