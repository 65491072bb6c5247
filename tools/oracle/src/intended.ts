import { buildErrors, parseRule } from '@route-server/traefik'
import type { Case, Service } from './case.ts'
import type { Difference } from './compare.ts'
import type { Element, Graph } from './graph.ts'
import { BASE_DOMAIN, dnsLabel, NETWORK } from './machine.ts'
import { pathsReferredTo } from './references.ts'
import { exposedPort } from './repair.ts'

/** What a difference is judged by. */
export interface Circumstances {
  readonly shown: Case
  readonly theirs: Graph
  readonly ours: Graph
  /** Paths of what mistakes in labels cost us. */
  readonly lost: ReadonlySet<string>
  /** By the path of what Traefik was made to look at: that of the router that was to use it, and nothing else of note. */
  readonly probed: ReadonlyMap<string, string>
  /** Paths of what routers of ours lead to. */
  readonly used: ReadonlySet<string>
}

/** A difference that is meant. Its reason stands in docs/differences.md, under its name. */
interface Intended {
  readonly name: string
  readonly covers: (difference: Difference, circumstances: Circumstances) => boolean
}

const entryPointsOf = ({ fields }: Element): readonly string[] => (fields['entryPoints'] ?? []) as readonly string[]

/** The paths under which labels may know it: Traefik shows a router on several entry points once for each, `websecure-web`. */
function pathsOf(element: Element): readonly string[] {
  const { section, name } = element
  const [entryPoint] = entryPointsOf(element)
  const prefix = `${entryPoint ?? ''}-`
  const short = section === 'http.routers' && name.startsWith(prefix) ? name.slice(prefix.length) : name
  return [`${section}/${name}`, `${section}/${short}`, `${section}/${short.replace(/^conflicted-/, '')}`]
}

const isIn = (paths: ReadonlySet<string>, element: Element): boolean => pathsOf(element).some((path) => paths.has(path))

/** A reference to another provider's object, which the operator hasn't allowed. */
const isForeign = (path: string): boolean => path.includes('@')

/** Whether it refers to what we leave out, or to something that does. */
function dependsOnLost(element: Element, circumstances: Circumstances, seen: readonly string[] = []): boolean {
  const { lost, theirs } = circumstances
  return pathsReferredTo(element).some((path) => {
    if (lost.has(path) || isForeign(path)) return true
    const next = theirs.get(path)
    return next !== undefined && !seen.includes(path) && dependsOnLost(next, circumstances, [...seen, path])
  })
}

/** Labels of the container that Traefik's and our own routers and services of that name come from. */
const servicesOf = ({ shown }: Circumstances, names: readonly string[]): readonly Service[] =>
  Object.entries(shown.services).flatMap(([name, service]) => (names.includes(dnsLabel(name)) ? [service] : []))

const asks = ({ labels }: Service): boolean => Object.keys(labels).some((label) => /^traefik\./i.test(label))

const localNames = (element: Element): string[] => pathsOf(element).map((path) => path.slice(path.indexOf('/') + 1))

const serversOf = (element: Element | undefined): readonly { url?: string; address?: string }[] => {
  const balancer = element?.fields['loadBalancer'] as
    { servers?: readonly { url?: string; address?: string }[] } | undefined
  return balancer?.servers ?? []
}

const sortedServers = (element: Element | undefined): string =>
  JSON.stringify(
    serversOf(element)
      .map((server) => JSON.stringify(server))
      .sort(),
  )

const isSubset = (some: readonly unknown[], all: readonly unknown[]): boolean => {
  const texts = new Set(all.map((item) => JSON.stringify(item)))
  return some.every((item) => texts.has(JSON.stringify(item)))
}

const isServerUrl = ({ field = '' }: Difference): boolean => /^fields\.loadBalancer\.servers\[\d+\]\.url$/.test(field)

const isDefaultRule = (element: Element | undefined): boolean =>
  new RegExp(`^Host\\(\`[a-z0-9-]+-${NETWORK}\\.${BASE_DOMAIN}\`\\)$`).test(String(element?.fields['rule']))

const isMissingRouter = ({ kind, theirs }: Difference, section: string): boolean =>
  kind === 'missing' && theirs?.section === section

/** Whether both ask for the same, so that Traefik would pick one by chance or by name. */
const isRival = (router: Element, other: Element): boolean =>
  router.section === other.section &&
  router.name !== other.name &&
  entryPointsOf(router).some((entryPoint) => entryPointsOf(other).includes(entryPoint)) &&
  (router.section === 'udp.routers' ||
    (router.section === 'tcp.routers' && [router, other].every(({ fields }) => fields['tls'] === undefined)) ||
    (router.section.endsWith('routers') &&
      ['rule', 'priority'].every((field) => router.fields[field] === other.fields[field])))

/** A router whose rule Traefik takes, and we don't: it can't match as it reads. */
const isMisread = ({ section, fields }: Element): boolean => {
  const protocol = section === 'http.routers' ? 'http' : section === 'tcp.routers' ? 'tcp' : undefined
  const rule = fields['rule']
  return (
    protocol !== undefined &&
    typeof rule === 'string' &&
    'rule' in parseRule(rule, protocol) &&
    buildErrors(`${protocol}.routers`, { rule }).some(
      ({ path, reason }) => path === 'rule' && !reason.startsWith('names'),
    )
  )
}

const COOKIE_NAME = 'fields.loadBalancer.sticky.cookie.name'

const KEPT_IDLE = 'udp-entry-point-kept-idle'
const HOLD = 'hold'

/** The first is shown in every round once a case had a UDP router, the second at every router: they say nothing about whether ours has come to rest. */
export const LASTING: ReadonlySet<string> = new Set([KEPT_IDLE, HOLD])

/** The middleware's name in the document, without the network's ID. */
const HOLD_NAME = 'rediacc.hold'

/** Behind it stands nothing but what compresses. */
function isHold({ kind, path, field, values }: Difference, { ours: all }: Circumstances): boolean {
  if (kind === 'extra') return path === `http.middlewares/${HOLD_NAME}`
  if (field !== 'fields.middlewares') return false
  const [theirs = [], ours = []] = (values ?? []) as readonly (readonly string[] | undefined)[]
  const place = ours.indexOf(HOLD_NAME)
  const compresses = (name: string): boolean => 'compress' in (all.get(`http.middlewares/${name}`)?.fields ?? {})
  return (
    place >= 0 &&
    JSON.stringify(ours.toSpliced(place, 1)) === JSON.stringify(theirs) &&
    ours.slice(place + 1).every(compresses)
  )
}

/** In the order of asking. */
export const INTENDED: readonly Intended[] = [
  {
    name: KEPT_IDLE,
    covers: ({ kind, path }) => kind === 'extra' && /^udp\.(routers|services)\/udp-\d+-unused$/.test(path),
  },
  {
    name: HOLD,
    covers: isHold,
  },
  {
    name: 'fail-small',
    covers: ({ kind, theirs }, { lost }) => kind === 'missing' && theirs !== undefined && isIn(lost, theirs),
  },
  {
    name: 'unused-left-out',
    covers: ({ kind, path }, { theirs, probed }) =>
      kind === 'missing' && theirs.get(probed.get(path) ?? '')?.status === 'disabled',
  },
  {
    name: 'disabled-left-out',
    covers: ({ kind, theirs }) => kind === 'missing' && theirs?.status === 'disabled',
  },
  {
    name: 'reference-not-allowed',
    covers: ({ kind, theirs }) => kind === 'missing' && theirs !== undefined && pathsReferredTo(theirs).some(isForeign),
  },
  {
    name: 'fail-closed',
    covers: ({ kind, theirs }, circumstances) =>
      kind === 'missing' && theirs !== undefined && dependsOnLost(theirs, circumstances),
  },
  {
    name: 'unused-not-built',
    covers: ({ path, field = '', theirs, ours }, { used }) =>
      !used.has(path) &&
      (field === COOKIE_NAME ||
        (/^(status|errors)/.test(field) && theirs?.status === 'disabled' && ours?.status === 'enabled')),
  },
  {
    name: 'rule-syntax-v2',
    covers: ({ kind, field = '', theirs }) =>
      theirs?.fields['ruleSyntax'] === 'v2' &&
      (kind === 'missing' || /^fields\.(rule|ruleSyntax|priority)$/.test(field)),
  },
  {
    name: 'rule-as-it-reads',
    covers: ({ kind, theirs }) => kind === 'missing' && theirs !== undefined && isMisread(theirs),
  },
  {
    name: 'entry-point-taken',
    covers: ({ kind, theirs }, circumstances) =>
      kind === 'missing' &&
      theirs !== undefined &&
      [...circumstances.theirs.values()]
        .filter((router) => pathsOf(router)[1] === pathsOf(theirs)[1])
        .some((router) => [...circumstances.ours.values()].some((other) => isRival(router, other))),
  },
  {
    name: 'entry-points-needed',
    covers: (difference) =>
      (isMissingRouter(difference, 'tcp.routers') &&
        String(entryPointsOf(difference.theirs as Element)) === 'websecure,websecure-v6') ||
      (isMissingRouter(difference, 'udp.routers') && entryPointsOf(difference.theirs as Element).length === 0),
  },
  {
    name: 'auto-route',
    covers: ({ kind, ours }, circumstances) => {
      const services = kind === 'extra' && ours ? servicesOf(circumstances, localNames(ours)) : []
      return services.length > 0 && !services.some(asks)
    },
  },
  {
    name: 'service-name-taken',
    covers: ({ path, theirs, ours }, { shown }) => {
      const taken = Object.keys(shown.services).filter((name) => path === `http.services/${dnsLabel(name)}`)
      return taken.length > 1 && isSubset(serversOf(ours), serversOf(theirs))
    },
  },
  {
    name: 'port-of-its-protocol',
    covers: ({ path, field = '', values = [] }, { shown }) => {
      const transport = path.startsWith('udp.') ? 'udp' : 'tcp'
      const own = Object.values(shown.services).map((service) => String(exposedPort(service, transport)))
      const others = Object.values(shown.services).map((service) =>
        String(exposedPort(service, transport === 'udp' ? 'tcp' : 'udp')),
      )
      const [theirs = '', ours = ''] = values.map((url) => /:(\d+)$/.exec(String(url))?.[1] ?? '')
      return (
        /^fields\.loadBalancer\.servers\[\d+\]\.(url|address)$/.test(field) &&
        own.includes(ours) &&
        others.includes(theirs)
      )
    },
  },
  {
    name: 'default-rule-has-tls',
    covers: ({ field, values, ours }) => field === 'fields.tls' && values?.[0] === undefined && isDefaultRule(ours),
  },
  {
    name: 'server-order',
    covers: ({ field = '', theirs, ours }) =>
      field.startsWith('fields.loadBalancer.servers[') &&
      serversOf(theirs).length > 1 &&
      sortedServers(theirs) === sortedServers(ours),
  },
  {
    name: 'server-spelling',
    covers: (difference) => {
      const [theirs, ours] = (difference.values ?? []).map((url) =>
        URL.canParse(String(url)) ? new URL(String(url)).href : undefined,
      )
      return isServerUrl(difference) && theirs !== undefined && theirs === ours
    },
  },
  {
    name: 'cookie-name',
    covers: ({ field = '', values = [] }) =>
      field === COOKIE_NAME && values.every((name) => /^_[0-9a-f]{5}$/.test(String(name))),
  },
  {
    name: 'health-check-paced',
    covers: ({ field = '', values }) => /healthcheck\.(unhealthy)?interval$/i.test(field) && values?.[1] === '1s',
  },
]

/** The name of the first intended difference that covers this one. */
export const intentionOf = (difference: Difference, circumstances: Circumstances): string | undefined =>
  INTENDED.find(({ covers }) => covers(difference, circumstances))?.name
