import type { Provider, RouterKey } from '@route-server/traefik-api'
import type { Facts } from './facts.ts'
import { isOfWeb } from './question.ts'
import { mayMatch, pathIn } from './rules.ts'
import { upstreamsOf } from './upstream.ts'

/** What has to be looked at for a question. */
export interface Plan {
  /** Addresses to connect to. */
  readonly dials: readonly { readonly address: string; readonly port: number }[]
  /** Containers whose own sockets may tell. */
  readonly containers: readonly { readonly id: string; readonly daemon: string }[]
  /** Names to resolve. */
  readonly hosts: readonly string[]
  /** Hosts whose certificates to look at. */
  readonly certificates: readonly string[]
  /** What a visitor would ask for. */
  readonly urls: readonly string[]
  /** Routers to ask Traefik about. */
  readonly routers: readonly RouterKey[]
  /** What Traefik's own API calls the provider of our document. */
  readonly provider: Provider
}

const MOST_DIALS = 12
const MOST_HOSTS = 4
const MOST_URLS = 3

const CHECK = 'rediacc-check'

/** A name below a domain that only a wildcard answers for. */
export const checkNameOf = (baseDomain: string): string => `${CHECK}.${baseDomain}`

export const isCheckName = (host: string): boolean => host.startsWith(`${CHECK}.`)

const PLAIN: ReadonlySet<string> = new Set(['web', 'web-v6'])

/** Pure: a fact in, what to look at out. */
export function planOf({ question, routers, containers, baseDomain, publishedAs }: Facts): Plan {
  const web = routers.filter(({ protocol }) => protocol === 'http')
  const asked = question.host !== undefined && isOfWeb(question.port) && web.length > 0 ? [question.host] : []
  const hosts = [...new Set(asked.length > 0 ? asked : web.flatMap((router) => router.hosts))]
    .filter((host) => !host.startsWith('*'))
    .slice(0, MOST_HOSTS)
  // Whoever looks for these asks no server: they are this machine, wherever that is.
  const named = hosts.filter((host) => !/(?:^|\.)localhost$/.test(host))
  const isSecure = web.some(({ tls, entryPoints }) => tls !== false || !entryPoints.every((name) => PLAIN.has(name)))
  const scheme = question.scheme ?? (isSecure ? 'https' : 'http')
  const urls = web.flatMap(({ rule = '', hosts: own }) => {
    const path = question.path ?? pathIn(rule)
    if (path === undefined || !mayMatch(rule, { path })) return []
    return hosts.filter((host) => own.includes(host)).map((host) => `${scheme}://${host}${path}`)
  })
  return {
    dials: upstreamsOf(routers, containers)
      .filter(({ router }) => router.protocol !== 'udp')
      .map(({ address, port }) => ({ address, port }))
      .slice(0, MOST_DIALS),
    containers: containers.filter(({ state }) => state === 'running').map(({ id, daemon }) => ({ id, daemon })),
    hosts: baseDomain !== undefined && named.length > 0 ? [...named, checkNameOf(baseDomain)] : named,
    certificates: isSecure ? hosts : [],
    urls: [...new Set(urls)].slice(0, MOST_URLS),
    routers: routers.map(({ protocol, name, entryPoints }) => ({ protocol, name, entryPoints })),
    provider: publishedAs === undefined ? 'http' : 'file',
  }
}
