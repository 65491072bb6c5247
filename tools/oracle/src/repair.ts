import { decodeLabels, link } from '@route-server/traefik'
import type { Protocol, SectionName, Target, TraefikLabels } from '@route-server/traefik'
import type { Case, Service } from './case.ts'
import { conflictsIn, withoutConflicts } from './conflicts.ts'
import { BUILD_PANIC } from './sides.ts'

/**
 * A case without its mistakes. Where Traefik drops a whole container for one label, this is what shows whether we left out
 * no more than that label's element: Traefik's answer to the repaired case has the rest.
 */
export interface Repaired {
  readonly shown: Case
  /** Paths of what the mistakes cost us, such as `http.routers/web`. */
  readonly lost: readonly string[]
}

const PROTOCOLS: readonly Protocol[] = ['http', 'tcp', 'udp']

/** What keeps an entry in being whose only label was the mistake. */
const HARMLESS: Partial<Readonly<Record<SectionName, string>>> = {
  'http.services': 'loadbalancer.passhostheader=true',
  'tcp.services': 'loadbalancer.terminationdelay=100',
  'udp.services': 'loadbalancer.server.port=1',
  'http.routers': 'priority=0',
  'tcp.routers': 'priority=0',
}

const pathOf = (costs: string): string => costs.replace(/^([^.]+\.[^.]+)\./, '$1/')

/** Every router and service that these labels can give rise to. */
function pathsIn(labels: TraefikLabels, service: string, protocols: readonly string[]): string[] {
  return protocols.flatMap((protocol) => {
    const content = labels.configuration[protocol as Protocol] as Readonly<Record<string, object>> | undefined
    const named = Object.entries(content ?? {}).flatMap(([kind, entries]) =>
      Object.keys(entries).map((name) => `${protocol}.${kind}/${name}`),
    )
    return [...named, `${protocol}.routers/${service}`, `${protocol}.services/${service}`]
  })
}

/** What labels of Traefik 1 cost: routers without what those were to protect them with, or all that HTTP would come to. */
function lostToTraefik1(labels: Service['labels'], service: string): string[] {
  const { traefik1, broken, brokenProtocols } = decodeLabels(labels)
  if (!traefik1) return []
  const routers = (broken.get('http.routers') ?? []).map((name) => `http.routers/${name}`)
  return brokenProtocols.has('http')
    ? [...routers, ...pathsIn(decodeLabels(withoutTraefik1(labels, traefik1.labels)), service, ['http'])]
    : routers
}

const withoutTraefik1 = (labels: Service['labels'], old: readonly string[]): Service['labels'] =>
  Object.fromEntries(Object.entries(labels).filter(([label]) => !old.includes(label)))

/** The first spelling names the entry, and that may have been the mistake's. */
function spellingOf(name: string, section: string, labels: Service['labels']): string {
  const prefix = `traefik.${section}.${name}.`.toLowerCase()
  const [first] = Object.keys(labels)
    .filter((label) => label.toLowerCase().startsWith(prefix))
    .sort()
  return first?.slice(prefix.length - name.length - 1, prefix.length - 1) ?? name
}

function withoutMistakes(labels: Service['labels'], service: string): { labels: Service['labels']; lost: string[] } {
  let kept = labels
  const costs = new Set<string>()
  for (;;) {
    const mistakes = decodeLabels(kept).mistakes.filter((mistake) => mistake.costs !== undefined)
    const wrong = new Set(mistakes.map(({ label }) => label))
    const rest = Object.fromEntries(Object.entries(kept).filter(([label]) => !wrong.has(label)))
    if (Object.keys(rest).length === Object.keys(kept).length) break
    for (const mistake of mistakes) costs.add(mistake.costs ?? '')
    kept = rest
  }
  const lost = lostToTraefik1(kept, service)
  for (const cost of costs) {
    if (cost === 'container') lost.push(...pathsIn(decodeLabels(kept), service, PROTOCOLS))
    else if (!cost.includes('.')) lost.push(...pathsIn(decodeLabels(kept), service, [cost]))
    else {
      const prefix = `traefik.${cost}`.toLowerCase()
      const [section = '', name = ''] = pathOf(cost).split('/')
      lost.push(`${section}/${spellingOf(name, section, kept)}`)
      const [field, value] = (HARMLESS[section as SectionName] ?? '=').split('=')
      if (!Object.keys(kept).some((label) => `${label.toLowerCase()}.`.startsWith(`${prefix}.`)))
        kept = { ...kept, [field === '' ? `traefik.${cost}` : `traefik.${cost}.${field ?? ''}`]: value ?? '' }
    }
  }
  return { labels: kept, lost }
}

/** The lowest of that protocol. */
export function exposedPort({ expose = [] }: Service, protocol: string): number | undefined {
  const own = expose.map((port) => port.split('/')).filter(([, transport = 'tcp']) => transport === protocol)
  return own.map(([number]) => Number(number)).sort((a, b) => a - b)[0]
}

/** Servers that can't be composed cost a service with us, and the container with Traefik. */
function withoutBadServers(service: Service, name: string): { service: Service; lost: string[] } {
  const decoded = decodeLabels(service.labels)
  const target: Target = {
    service: name,
    address: '127.1.0.2',
    exposedPort: (protocol) => exposedPort(service, protocol),
    automaticRouter: { rule: 'Host(`x`)' },
    httpEntryPoints: ['websecure'],
  }
  const lost: string[] = []
  let labels = service.labels
  for (const protocol of PROTOCOLS) {
    const declared = Object.keys(decoded.configuration[protocol]?.services ?? {})
    const linked = link(protocol, decoded, target, () => undefined)
    if (!linked) continue
    const made = Object.keys(linked[protocol]?.services ?? {})
    const names = declared.length > 0 ? declared : [name]
    for (const missing of names.filter((name) => !made.includes(name))) {
      lost.push(`${protocol}.services/${missing}`)
      const prefix = `traefik.${protocol}.services.${missing}.`.toLowerCase()
      if (!declared.includes(missing)) continue
      labels = Object.fromEntries(
        Object.entries(labels).filter(([label]) => !label.toLowerCase().startsWith(`${prefix}loadbalancer.server.`)),
      )
      labels = { ...labels, [`${prefix}loadbalancer.server.port`]: '1' }
    }
  }
  if (lost.length === 0) return { service, lost }
  return { service: { ...service, labels, expose: [...(service.expose ?? []), '60000/tcp', '60000/udp'] }, lost }
}

const POOL_SIZE = /^traefik\.http\.middlewares\.([^.]+)\.ratelimit\.redis\.poolsize$/i

/** A pool of connections for which no memory can be had: Traefik panics while it builds the middleware. */
function withoutPanics(labels: Service['labels']): { labels: Service['labels']; lost: string[] } {
  const fatal = Object.entries(labels).filter(([label, value]) => POOL_SIZE.test(label) && !/^\+?\d{1,4}$/.test(value))
  return {
    labels: Object.fromEntries(Object.entries(labels).filter((entry) => !fatal.some(([label]) => label === entry[0]))),
    lost: fatal.map(([label]) => `http.middlewares/${POOL_SIZE.exec(label)?.[1] ?? ''}`),
  }
}

/** What is to be asked instead, after this answer of Traefik's; `undefined`: there is nothing to repair. */
export function repair(shown: Case, theySaid: readonly string[]): Repaired | undefined {
  const apart = withoutConflicts(shown, conflictsIn(theySaid))
  const lost = [...apart.lost]
  const services = Object.entries(apart.shown.services).map(([name, service]) => {
    const calm = theySaid.some((line) => line.includes(BUILD_PANIC))
      ? withoutPanics(service.labels)
      : { ...service, lost: [] }
    const labels = withoutMistakes(calm.labels, name)
    const servers = withoutBadServers({ ...service, labels: labels.labels }, name)
    lost.push(...calm.lost, ...labels.lost, ...servers.lost)
    return [name, servers.service] as const
  })
  return lost.length === 0 ? undefined : { shown: { ...shown, services: Object.fromEntries(services) }, lost }
}
