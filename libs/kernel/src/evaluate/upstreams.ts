import type { Container, Diagnostic } from '@route-server/plugin-api'
import { destinationOf, quoted, renameReaches, shortened, staysOnServer } from '@route-server/traefik'
import type { Reach, SectionName } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import type { Guard, Policy } from '../policy.ts'
import { isAllowedFile, isAllowedUpstream } from './allowed.ts'
import type { Refused } from './allowed.ts'
import { isAddressOf, serviceLabel } from './identity.ts'
import type { Identity } from './identity.ts'
import { reachRefused, redirectsNotFollowed } from './messages.ts'
import type { Place } from './place.ts'

/** An entry that leads only where it may. */
export interface Pinned {
  readonly value: Value
  /** Services of its network, as DNS labels, whose addresses are to be put in for their names. */
  readonly dials: readonly string[]
}

interface Asked {
  readonly container: Container
  readonly policy: Policy
}

/** `service`: it names one of the network's. `replaced`: what stands there instead. */
type Answer = 'granted' | { readonly service: string } | { readonly replaced: string } | Refused

const SERVICE_NAME = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/i

/** Whether Traefik may connect there, by a URL or an address. */
const connect =
  (kind: 'url' | 'address') =>
  ({ text, implied }: Reach, { container: { network }, policy }: Asked): Answer => {
    const to = destinationOf(kind, text)
    const setting = 'allow.upstreams'
    if (to === undefined) return { reason: `leads to ${quoted(text)}, which names no clear host`, setting }
    if (isAddressOf(network, to.host) || isAllowedUpstream(policy, to)) return 'granted'
    if (implied) return { reason: `would lead to ${text}, which is Traefik's own choice`, setting }
    if (SERVICE_NAME.test(to.host) && to.host.toLowerCase() !== 'localhost') return { service: serviceLabel(to.host) }
    return { reason: `leads to ${quoted(to.host)}, which is no address of network ${network}`, setting }
  }

/** More than a file's name has: what is longer is known for something else, and masked. */
const MOST_SHOWN = 300

const operators =
  (isAllowed: (text: string, asked: Asked) => boolean, what: string, setting: string) =>
  ({ text }: Reach, asked: Asked): Answer =>
    isAllowed(text, asked) ? 'granted' : { reason: `${what} "${shortened(text, MOST_SHOWN)}"`, setting }

interface Rule {
  readonly guard: Guard
  readonly answer: (reach: Reach, asked: Asked) => Answer
}

/** By what is reached for. */
const RULES: Readonly<Record<Reach['kind'], Rule>> = {
  url: { guard: 'upstreams', answer: connect('url') },
  address: { guard: 'upstreams', answer: connect('address') },
  'url-path': {
    guard: 'upstreams',
    answer: operators((text) => staysOnServer('url-path', text), 'asks for the path', 'allow.upstreams'),
  },
  'url-scheme': {
    guard: 'upstreams',
    answer: operators((text) => staysOnServer('url-scheme', text), 'has the scheme', 'allow.upstreams'),
  },
  redirects: {
    guard: 'upstreams',
    answer: ({ path }) =>
      path.endsWith('followRedirects')
        ? { replaced: 'false' }
        : { reason: 'has several servers, of which each may name further ones', setting: 'allow.upstreams' },
  },
  file: {
    guard: 'host-files',
    answer: operators((text, { policy }) => isAllowedFile(policy, text), 'reads the file', 'allow.files'),
  },
  plugin: {
    guard: 'host-files',
    answer: operators((text, { policy }) => policy.plugins.includes(text), 'runs the Traefik plugin', 'allow.plugins'),
  },
  'tls-store': {
    guard: 'host-files',
    answer: operators(
      (_, { policy, container }) => policy.tlsStores.includes(container.network),
      'defines the TLS store',
      'allow.tlsStores',
    ),
  },
  spiffe: { guard: 'host-files', answer: () => ({ reason: "shows the machine's own SPIFFE identity" }) },
}

/**
 * The entry, leading to the network's own addresses and to what the operator allowed; `undefined`, and said, where it leads elsewhere.
 * Health checks don't follow redirects: whoever answers one could lead Traefik anywhere.
 */
export function pin(
  place: Place,
  value: Value,
  { container, policy, report }: Asked & { readonly report: (diagnostic: Diagnostic) => void },
): Pinned | undefined {
  const dials: string[] = []
  const refused: Refused[] = []
  const pinned = renameReaches(place.section, value, (reach) => {
    const { guard, answer } = RULES[reach.kind]
    const isOn = policy.guards.has(guard)
    const said = answer(reach, { container, policy })
    if (said === 'granted') return reach.text
    if ('service' in said) dials.push(said.service)
    else if ('replaced' in said) {
      if (!reach.implied) report(redirectsNotFollowed(place, reach.path, isOn))
      return isOn ? said.replaced : reach.text
    } else {
      report(reachRefused(place, reach.path, said, isOn))
      if (isOn) refused.push(said)
    }
    return reach.text
  })
  return refused.length > 0 ? undefined : { value: pinned, dials }
}

/** The container's own addresses and ports among the servers of a service, which nobody else can have. */
export function listensOf(
  section: SectionName,
  value: Value,
  { address }: Identity,
): { readonly listens?: readonly string[] } {
  const balancer = section.endsWith('.services')
    ? (value['loadBalancer'] as { readonly servers?: unknown } | undefined)
    : undefined
  const servers = (balancer?.servers ?? []) as readonly { readonly url?: string; readonly address?: string }[]
  const listens = servers.flatMap(({ url, address: text }) => {
    const to = url === undefined ? destinationOf('address', text ?? '') : destinationOf('url', url)
    return to?.host === address && to.port !== undefined
      ? [`${section.startsWith('udp') ? 'udp' : 'tcp'} ${address}:${to.port}`]
      : []
  })
  return listens.length > 0 ? { listens } : {}
}
