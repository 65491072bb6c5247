import type { NetworkId, PortRequest, Settings } from '@route-server/plugin-api'
import { bindingsOf, normalHost, parseRule } from '@route-server/traefik'
import type { Bindings, Protocol } from '@route-server/traefik'
import type { Entry } from '../document/entry.ts'
import { entryPointsOf } from '../evaluate/entry-points.ts'
import { sharesCertificate } from '../ledger/fixed-owners.ts'
import { fits, kindOf, useOf } from './entry-points.ts'
import type { EntryPointUse, Manner } from './entry-points.ts'
import { entryPointWrongKind, hostInvalid, ruleUnbound } from './findings.ts'
import type { Finding } from './findings.ts'

/** A host that a router wants, and where in the router it stands. */
export interface WantedHost {
  readonly name: string
  readonly path: 'rule' | 'tls.domains'
}

/** What a router wants of what all networks have in common. */
export interface Demand {
  readonly entry: Entry
  readonly network: NetworkId
  readonly protocol: Protocol
  /** Each name once. */
  readonly hosts: readonly WantedHost[]
  /** Alternatives of an HTTP rule that are bound to no host. */
  readonly unbound: readonly Finding[]
  /** What is wrong with it whatever others have. */
  readonly mistakes: readonly Finding[]
  /** Its entry points that are for HTTP, too, if it is a TCP router: Traefik asks the routers of the two one after the other there. */
  readonly besideHttp: readonly string[]
  readonly uses: readonly EntryPointUse[]
  readonly asks?: PortRequest
  /** Hosts for which Traefik would fetch certificates of their own; each once. */
  readonly certificates: readonly string[]
}

interface Router {
  readonly rule?: string
  readonly tls?: {
    readonly certResolver?: string
    readonly passthrough?: boolean
    readonly domains?: readonly { readonly main?: string; readonly sans?: readonly string[] }[]
  }
}

const NOTHING: Bindings = { hosts: [], unbound: [] }

function bindingsIn(rule: string, protocol: Protocol): Bindings {
  if (protocol === 'udp') return NOTHING
  const parsed = parseRule(rule, protocol)
  if ('rule' in parsed) return bindingsOf(parsed.rule)
  return { hosts: [], unbound: [{ rule: 'the rule', problem: "can't be read" }] }
}

/** Without TLS a TCP router's rule is never asked for hosts. */
function mannerOf(protocol: Protocol, { tls }: Router, { unbound }: Bindings): Manner {
  if (protocol === 'http') return 'http'
  if (protocol === 'udp') return 'datagrams'
  return tls && unbound.length === 0 ? 'sni' : 'stream'
}

const UNFIT: Readonly<Record<Manner, readonly [problem: string, cure: string]>> = {
  http: ['is not for HTTP', 'Leave out its entry points, for the usual ones.'],
  sni: ['is not for TCP', 'Use one for TCP, such as tcp-5432.'],
  stream: [
    'is not for TCP without hosts: it would take every connection there',
    'Use one for TCP, such as tcp-5432; or tls, and HostSNI with a host.',
  ],
  datagrams: ['is not for UDP', 'Use one for UDP, such as udp-53.'],
}

/** Normal, each once; what is none is a mistake. The one certificate that everybody shares is for nobody to own. */
function domainsOf({ tls }: Router, { baseDomain }: Settings): { names: readonly string[]; mistakes: Finding[] } {
  const names = new Set<string>()
  const mistakes: Finding[] = []
  for (const text of (tls?.domains ?? []).flatMap(({ main = '', sans = [] }) => [main, ...sans])) {
    if (text === '' || text === `*.${baseDomain ?? ''}`) continue
    const name = normalHost(text)
    if ('problem' in name) mistakes.push(hostInvalid(text, name.problem))
    else names.add(name.host)
  }
  return { names: [...names], mistakes }
}

function certificatesOf(
  { tls }: Router,
  hosts: readonly string[],
  domains: readonly string[],
  { baseDomain }: Settings,
): readonly string[] {
  if ((tls?.certResolver ?? '') === '' || tls?.passthrough === true) return []
  const names = (tls?.domains ?? []).length > 0 ? domains : hosts
  return [...new Set(names)].filter((host) => !sharesCertificate(host, baseDomain))
}

/** What the router wants. Reading its rule is the expensive part of all that is done with it. */
export function demandOf(entry: Entry, network: NetworkId, settings: Settings): Demand {
  const protocol = entry.section.slice(0, entry.section.indexOf('.')) as Protocol
  const router = entry.value as Router
  const bindings = bindingsIn(router.rule ?? '', protocol)
  const manner = mannerOf(protocol, router, bindings)
  const entryPoints = entryPointsOf(entry.value)
  const hosts = protocol === 'http' || router.tls ? bindings.hosts : []
  const domains = domainsOf(router, settings)
  const named = new Set(hosts)
  return {
    entry,
    network,
    protocol,
    hosts: [
      ...hosts.map((name) => ({ name, path: 'rule' as const })),
      ...domains.names.filter((name) => !named.has(name)).map((name) => ({ name, path: 'tls.domains' as const })),
    ],
    unbound: protocol === 'http' ? bindings.unbound.map(({ rule, problem }) => ruleUnbound(rule, problem)) : [],
    mistakes: [
      ...entryPoints
        .filter((name) => !fits(manner, kindOf(name, settings)))
        .map((name) => entryPointWrongKind(name, ...UNFIT[manner])),
      ...domains.mistakes,
    ],
    besideHttp: protocol === 'tcp' ? entryPoints.filter((name) => kindOf(name, settings) !== 'tcp') : [],
    uses: entryPoints.flatMap((name) => useOf(name, manner, settings) ?? []),
    ...(entry.asks && entryPoints.length === 0 && { asks: entry.asks }),
    certificates: certificatesOf(router, hosts, domains.names, settings),
  }
}
