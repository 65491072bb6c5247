import { isRouter, routerOf } from '@route-server/kernel'
import type { Entry, NetworkRoutes, RouterView, Snapshot } from '@route-server/kernel'
import type { Container, NetworkId } from '@route-server/plugin-api'
import { covers } from '@route-server/traefik'
import { isOfWeb } from './question.ts'
import type { Question } from './question.ts'
import { mayMatch } from './rules.ts'

/** Where things are looked up. */
export interface Places {
  /** By ascending network ID. */
  readonly listings: Snapshot['listings']
  /** By ascending network ID. */
  readonly networks: readonly NetworkRoutes[]
  /** The network that has a host, if one has. */
  readonly ownerOf: (host: string) => NetworkId | undefined
  /** The address that a container really has, whatever its labels say. */
  readonly addressOf: (container: Container) => string | undefined
}

/** What a question is about. */
export interface Meant {
  readonly containers: readonly Container[]
  readonly routers: readonly RouterView[]
}

const NOBODY: Meant = { containers: [], routers: [] }
const LEAST_ID = 4

export function* containersIn({ listings }: Places, network: NetworkId | undefined): Iterable<Container> {
  if (network === undefined) for (const { containers } of listings.values()) yield* containers
  else yield* listings.get(network)?.containers ?? []
}

function* networksIn({ networks }: Places, network: NetworkId | undefined): Iterable<NetworkRoutes> {
  for (const one of networks) if (network === undefined || one.network === network) yield one
}

function* routerEntries(network: NetworkRoutes): Iterable<Entry> {
  for (const entry of network.entries.values()) if (isRouter(entry)) yield entry
}

/** A rule that doesn't name the host, or a wildcard, needn't be read: of thousands that takes a while. */
const mayName = ({ value }: Entry, host: string): boolean => {
  const rule = typeof value['rule'] === 'string' ? value['rule'].toLowerCase() : ''
  return rule.includes(host) || rule.includes('*')
}

/** The routers for a host. Its owner's are looked at first, and the others' only where it has none. */
export function routersFor(host: string, places: Places, network?: NetworkId): readonly RouterView[] {
  const owner = network ?? places.ownerOf(host)
  const scopes = owner === undefined || network !== undefined ? [network] : [owner, undefined]
  for (const scope of scopes) {
    const found: RouterView[] = []
    for (const routes of networksIn(places, scope))
      for (const entry of routerEntries(routes)) {
        if (!mayName(entry, host)) continue
        const router = routerOf(routes, entry)
        if (router.hosts.some((pattern) => pattern !== '*' && covers(pattern, host))) found.push(router)
      }
    if (found.length > 0) return found
  }
  return []
}

/** A rule that is bound to names alone, and not to others by an expression, a path or a choice. */
const isBound = (rule: string): boolean => /\bHost(?:SNI)?\(/.test(rule) && !/\|\||HostRegexp/.test(rule)

/** What answers for a host that it doesn't name: by an expression, or for every host. */
export function routersForAll({ host, path, network }: Question, places: Places): Meant {
  const found: RouterView[] = []
  for (const routes of networksIn(places, network))
    for (const entry of routerEntries(routes)) {
      const { rule } = entry.value
      if (entry.section !== 'http.routers' || typeof rule !== 'string' || isBound(rule)) continue
      if (mayMatch(rule, { host, path })) found.push(routerOf(routes, entry))
    }
  return ofRouters(found, places)
}

/** The routers of an entry point: `tcp-25`. */
function routersOn(entryPoints: readonly string[], places: Places, network?: NetworkId): readonly RouterView[] {
  const found: RouterView[] = []
  for (const routes of networksIn(places, network))
    for (const entry of routerEntries(routes)) {
      const on = entry.value['entryPoints']
      if (Array.isArray(on) && on.some((name) => entryPoints.includes(name as string)))
        found.push(routerOf(routes, entry))
    }
  return found
}

function routersNamed(name: string, places: Places, network?: NetworkId): readonly RouterView[] {
  const own = network === undefined ? name : `${name}-${network}`
  const found: RouterView[] = []
  for (const routes of networksIn(places, network))
    for (const protocol of ['http', 'tcp', 'udp'])
      for (const path of new Set([name, own])) {
        const entry = routes.entries.get(`${protocol}.routers/${path}`)
        if (entry) found.push(routerOf(routes, entry))
      }
  return found
}

const serviceOf = ({ labels }: Container): string | undefined => labels['rediacc.service_name']

type Naming = (container: Container) => boolean

/** Ways in which a name may mean a container. What two networks have under one name, each in its way, is both meant. */
function namingsOf(name: string): { readonly byName: readonly Naming[]; readonly byId: Naming } {
  const [, service, network] = /^(.+)-(\d+)$/.exec(name) ?? []
  const id = name.length >= LEAST_ID && /^[0-9a-f]+$/i.test(name) ? name.toLowerCase() : undefined
  return {
    byName: [
      (container) => container.name === name,
      (container) => serviceOf(container) === name || container.labels['com.docker.compose.service'] === name,
      (container) => container.network === Number(network) && serviceOf(container) === service,
    ],
    byId: (container) => id !== undefined && container.id.startsWith(id),
  }
}

function containersNamed(name: string, places: Places, network?: NetworkId): readonly Container[] {
  const { byName, byId } = namingsOf(name)
  const named: Container[] = []
  const numbered: Container[] = []
  for (const container of containersIn(places, network))
    if (byName.some((isMeant) => isMeant(container))) named.push(container)
    else if (byId(container)) numbered.push(container)
  return named.length > 0 ? named : numbered
}

/** The containers that contributed these routers. */
function makersOf(routers: readonly RouterView[], places: Places): readonly Container[] {
  const ids = new Set(routers.flatMap(({ origins }) => origins.flatMap(({ containerId }) => containerId ?? [])))
  const networks = new Set(routers.map(({ network }) => network))
  return [...networks].flatMap((network) => [...containersIn(places, network)].filter(({ id }) => ids.has(id)))
}

export function routersOfContainers(containers: readonly Container[], places: Places): readonly RouterView[] {
  const ids = new Set(containers.map(({ id }) => id))
  const networks = new Set(containers.map(({ network }) => network))
  return [...networks].flatMap((network) =>
    [...networksIn(places, network)].flatMap((routes) =>
      [...routerEntries(routes)]
        .filter(({ origins }) => origins.some(({ containerId = '' }) => ids.has(containerId)))
        .map((entry) => routerOf(routes, entry)),
    ),
  )
}

const ofRouters = (routers: readonly RouterView[], places: Places): Meant =>
  routers.length === 0 ? NOBODY : { routers, containers: makersOf(routers, places) }

const ofContainers = (containers: readonly Container[], places: Places): Meant =>
  containers.length === 0 ? NOBODY : { containers, routers: routersOfContainers(containers, places) }

type Way = (question: Question, places: Places) => Meant

const byHost: Way = ({ host, network, port }, places) => {
  if (host === undefined) return NOBODY
  const routers = isOfWeb(port)
    ? routersFor(host, places, network)
    : routersOn([`tcp-${port}`, `udp-${port}`], places, network)
  return ofRouters(routers, places)
}

const byName: Way = ({ name, network }, places) => {
  if (name === undefined) return NOBODY
  const containers = containersNamed(name, places, network)
  return containers.length > 0
    ? ofContainers(containers, places)
    : ofRouters(routersNamed(name, places, network), places)
}

/** Whoever has the address; only where nobody has, who says so. */
const byAddress: Way = ({ address, network }, places) => {
  if (address === undefined) return NOBODY
  const saying = [...containersIn(places, network)].filter(({ labels }) => labels['rediacc.service_ip'] === address)
  const having = saying.filter((container) => places.addressOf(container) === address)
  return ofContainers(having.length > 0 ? having : saying, places)
}

const byEntryPoint: Way = ({ name, network }, places) =>
  name === undefined || !/^(?:tcp|udp)-\d{1,5}$|^web/.test(name)
    ? NOBODY
    : ofRouters(routersOn([name], places, network), places)

/** In the order in which they are tried: whose a host is can be looked up, a name is looked for among all. */
const WAYS: readonly Way[] = [byHost, byName, byAddress, byEntryPoint]

/** What the question is about: the first that it may mean and that is there. */
export function lookUp(question: Question, places: Places): Meant {
  for (const way of WAYS) {
    const meant = way(question, places)
    if (meant.containers.length > 0 || meant.routers.length > 0) return meant
  }
  return NOBODY
}
