import type {
  DaemonStatus,
  FixedOwners,
  Ledger,
  NetworkRoutes,
  RouteDocument,
  RouterView,
  Snapshot,
  Trace,
} from '@route-server/kernel'
import { wildcardsAbove } from '@route-server/kernel'
import type { Container, Diagnostic, NetworkId, Settings } from '@route-server/plugin-api'
import { isNetworkId } from '@route-server/plugin-api'
import { nearest } from '@route-server/traefik'
import type { ClaimFacts, ContainerFacts, Facts, FetchesFacts, LabelFacts } from './facts.ts'
import { containersIn, lookUp, routersForAll, routersOfContainers } from './look-up.ts'
import type { Meant, Places } from './look-up.ts'
import { isOfWeb } from './question.ts'
import type { Question } from './question.ts'
import { shownLabel } from './shown-label.ts'
import { containersThatName } from './suspects.ts'

/** What the running route server knows, as it is when it is asked. */
export interface Sources {
  readonly document: () => RouteDocument | { readonly waitingFor: readonly string[] }
  readonly snapshot: () => Snapshot
  readonly networks: () => readonly NetworkRoutes[]
  readonly trace: (network: NetworkId, container: string) => Trace | undefined
  readonly ledger: Ledger
  readonly owners: FixedOwners
  readonly settings: Settings
  /** What is to be said about networks whose changes have to wait. */
  readonly delayed: () => readonly Diagnostic[]
  /** The labels that each loaded plugin owns, as patterns: `traefik.http.routers.{name}`. */
  readonly plugins: readonly { readonly name: string; readonly labels: readonly string[] }[]
  readonly fetches: FetchesFacts
  readonly publishedAs?: string | undefined
  readonly traefikApi?: string | undefined
  readonly runsForSeconds: number
}

/** Containers and routers beyond these are only counted. */
const MOST = 12

const dateOf = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** Labels that the route server itself reads. */
const OWN = ['rediacc.service_name', 'rediacc.service_ip', 'rediacc.network_id', 'rediacc.one_off', 'rediacc.hold']

const patternOf = (label: string): RegExp =>
  new RegExp(
    `^${label
      .toLowerCase()
      .split('{name}')
      .map((part) => part.replaceAll(/[^\w-]/g, '\\$&'))
      .join('[^.]+')}(?:\\.|\\[|$)`,
  )

function labelsOf({ labels }: Container, plugins: Sources['plugins']): readonly LabelFacts[] {
  const readers = plugins.map(({ name, labels: owned }) => ({ name, patterns: owned.map(patternOf) }))
  return Object.entries(labels).flatMap(([label, value]): LabelFacts[] => {
    const key = label.toLowerCase()
    const readBy = readers.filter(({ patterns }) => patterns.some((one) => one.test(key))).map(({ name }) => name)
    if (OWN.includes(key) || key === 'traefik.enable') readBy.unshift('route-server')
    const isFamily = /^\W*(?:traefik|rediacc)/i.test(label)
    return readBy.length > 0 || isFamily ? [{ text: shownLabel(label, value), readBy }] : []
  })
}

function presenceOf(trace: Trace | undefined): Pick<ContainerFacts, 'presence' | 'reason' | 'since'> {
  if (!trace) return { presence: 'unseen' }
  const { resident } = trace
  return resident.presence === 'held'
    ? { presence: 'held', reason: resident.reason, since: dateOf(resident.since) }
    : { presence: resident.presence }
}

function containerFacts(container: Container, sources: Sources): ContainerFacts {
  const { name, id, image, network, daemon, created, state, status, health, networkMode } = container
  const { exposedPorts, listeningPorts } = container
  const trace = sources.trace(network, id)
  return {
    name,
    id,
    image,
    network,
    daemon,
    created: dateOf(created * 1000),
    state,
    status,
    health,
    networkMode,
    ...presenceOf(trace),
    ...(trace?.identity && {
      service: trace.identity.service,
      serviceName: trace.identity.serviceName,
      address: trace.identity.address,
    }),
    ...(exposedPorts && { exposedPorts }),
    ...(listeningPorts && { listeningPorts }),
    labels: labelsOf(container, sources.plugins),
    made: trace?.made ?? [],
    served: trace?.served.map(({ path }) => path) ?? [],
    diagnostics: trace?.diagnostics ?? [],
  }
}

function ownerOf(host: string, { owners, ledger }: Sources): ClaimFacts | undefined {
  const fixed = owners.ownerOf(host)
  if (fixed) return { subject: host, ...fixed }
  for (const name of [host, ...wildcardsAbove(host)]) {
    const claim = ledger.hosts.get(name)
    if (claim) return { subject: name, network: claim.network, by: 'claim', since: dateOf(claim.since) }
  }
  return undefined
}

/** Who has what the routers, or the question, name. */
function claimsOf(question: Question, routers: readonly RouterView[], sources: Sources): ClaimFacts[] {
  const { host } = question
  const port = entryPortOf(question)
  const hosts = new Set([...(host === undefined ? [] : [host]), ...routers.flatMap(({ hosts }) => hosts)])
  const entryPoints = new Set([
    ...(port === undefined ? [] : [`tcp-${port}`, `udp-${port}`]),
    ...routers.flatMap(({ protocol, entryPoints }) => (protocol === 'http' ? [] : entryPoints)),
  ])
  return [
    ...[...hosts].slice(0, MOST).flatMap((one) => ownerOf(one, sources) ?? []),
    ...[...entryPoints].slice(0, MOST).flatMap((subject) =>
      [`tcp ${subject}`, `udp ${subject}`].flatMap((key) =>
        (sources.ledger.entryPoints.get(key) ?? []).map(({ network, since }): ClaimFacts => ({
          subject,
          network,
          by: 'claim',
          since: dateOf(since),
        })),
      ),
    ),
  ]
}

/** `web-2816.example.com`, `web-2816`: whose that would be. */
function expectedOf({ host, name, network }: Question, { settings, snapshot }: Sources): Facts['expected'] {
  const { baseDomain } = settings
  const automatic =
    baseDomain !== undefined && host?.endsWith(`.${baseDomain}`) ? host.slice(0, -baseDomain.length - 1) : name
  const [, service = '', id = ''] = /^(?:.*\.)?([^.]+)-([1-9]\d{1,7})$/.exec(automatic ?? '') ?? []
  const of = isNetworkId(Number(id)) ? Number(id) : network
  if (of === undefined) return undefined
  const isWatched = snapshot().daemons.some((daemon) => daemon.network === of && daemon.state !== 'gone')
  // Another host is nobody's service, whatever network is asked.
  const asked = host === undefined ? (name ?? '') : ''
  return { network: of, service: isNetworkId(Number(id)) ? service : asked, isWatched }
}

/** What has nearly the name that nobody has. */
function nearTo({ host, name }: Question, { networks, ledger, snapshot }: Sources): string | undefined {
  if (host !== undefined) {
    const hosts = new Set(ledger.hosts.keys())
    for (const { entries } of networks())
      for (const { value } of entries.values()) {
        const rule = value['rule']
        if (typeof rule === 'string')
          for (const [, one = ''] of rule.matchAll(/Host(?:SNI)?\(`([^`]+)`\)/g)) hosts.add(one)
      }
    const found = nearest(host, [...hosts].sort())
    if (found !== undefined && found !== host) return found
  }
  if (name === undefined) return undefined
  const names = [...snapshot().listings.values()].flatMap(({ containers }) =>
    containers.flatMap((one) => [one.name, one.labels['rediacc.service_name'] ?? one.name]),
  )
  const found = nearest(name, [...new Set(names)].sort())
  return found === name ? undefined : found
}

/** The port of a TCP or UDP entry point that is asked for: `tcp-25`, `mail.example.com:25`. */
function entryPortOf({ port, name = '' }: Question): number | undefined {
  const [, named] = /^(?:tcp|udp)-(\d+)$/.exec(name) ?? []
  return named === undefined ? (isOfWeb(port) ? undefined : port) : Number(named)
}

/** Containers that may have meant to serve what nobody serves by name; else what may answer for any. */
function suspectsOf(question: Question, places: Places, expected: Facts['expected'], { trace }: Sources): Meant {
  const { host, network } = question
  const port = entryPortOf(question)
  const words = port !== undefined ? [`tcp-${port}`, `udp-${port}`] : host === undefined ? [] : [host]
  const named = words.length === 0 ? [] : containersThatName(words, places, trace, network)
  const asking = port === undefined ? [] : [...containersIn(places, network)].filter((one) => asksFor(one, port))
  const ofService = [...(expected ? (places.listings.get(expected.network)?.containers ?? []) : [])].filter(
    ({ labels }) => labelOf(labels['rediacc.service_name']) === expected?.service,
  )
  const containers = [...new Set([...named, ...asking, ...ofService])]
  return containers.length > 0 || host === undefined || port !== undefined
    ? { containers, routers: [] }
    : routersForAll(question, places)
}

const labelOf = (name = ''): string => name.toLowerCase().replaceAll(/[_.]/g, '-')

const asksFor = ({ labels }: Container, port: number): boolean =>
  ['rediacc.tcp_ports', 'rediacc.udp_ports'].some((label) =>
    (labels[label] ?? '').split(',').map(Number).includes(port),
  )

const concerns =
  (networks: ReadonlySet<NetworkId>) =>
  ({ origin, code }: Diagnostic): boolean =>
    origin.network === undefined ? code === 'FOLDER_UNREADABLE' : networks.has(origin.network)

/** Daemons are heard in whatever order they answer; an answer to the same question stays the same. */
const inOrder = (listings: Snapshot['listings']): Snapshot['listings'] =>
  new Map([...listings].sort(([a], [b]) => a - b))

const isAny = ({ containers, routers }: Meant): boolean => containers.length > 0 || routers.length > 0

/** All that is known about what was asked. Looks things up; works out what belongs to these few alone. */
export function gather(question: Question, sources: Sources): Facts {
  const { settings, fetches, publishedAs, traefikApi } = sources
  const snapshot = sources.snapshot()
  const places: Places = {
    listings: inOrder(snapshot.listings),
    networks: sources.networks(),
    ownerOf: (host) => ownerOf(host, sources)?.network,
    addressOf: ({ network, id }) => sources.trace(network, id)?.identity?.address,
  }
  const found = lookUp(question, places)
  const isFound = isAny(found)
  const sought = isFound ? undefined : expectedOf(question, sources)
  const { containers, routers } = isFound ? found : suspectsOf(question, places, sought, sources)
  const expected = routers.length > 0 ? undefined : sought
  const near = isFound
    ? undefined
    : isAny({ containers, routers })
      ? routersOfContainers(containers, places).flatMap(({ hosts }) => hosts)[0]
      : nearTo(question, sources)
  const concerned = new Set([
    ...containers.map(({ network }) => network),
    ...routers.map(({ network }) => network),
    ...(expected ? [expected.network] : []),
  ])
  const document = sources.document()
  const now = Date.now()
  return {
    question,
    ...(settings.machine !== undefined && { machine: settings.machine }),
    ...(settings.baseDomain !== undefined && { baseDomain: settings.baseDomain }),
    ...(traefikApi !== undefined && { traefikApi }),
    ...(settings.entryPoints && { entryPoints: settings.entryPoints }),
    runsForSeconds: Math.round(sources.runsForSeconds),
    document:
      'waitingFor' in document
        ? { waitingFor: document.waitingFor }
        : { revision: document.revision, secondsOld: Math.max(0, Math.round((now - document.changedAt) / 1000)) },
    ...(publishedAs !== undefined && { publishedAs }),
    fetches,
    containers: containers.slice(0, MOST).map((container) => containerFacts(container, sources)),
    routers: routers.slice(0, MOST),
    more: Math.max(0, containers.length - MOST) + Math.max(0, routers.length - MOST),
    claims: claimsOf(question, routers, sources),
    daemons: snapshot.daemons.filter(({ network }: DaemonStatus) => concerned.has(network)),
    notices: [...snapshot.diagnostics, ...sources.delayed()].filter(concerns(concerned)),
    ...(expected && { expected }),
    ...(near !== undefined && { near }),
  }
}
