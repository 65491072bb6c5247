import { named } from '../named.ts'
import { nearest } from '../nearest.ts'
import type { TraefikLabels } from '../labels/decode.ts'
import { quoted, shortened } from '../quoted.ts'
import type { DynamicConfiguration, HttpRouter, Protocol, SectionName } from '../schema/configuration.ts'
import { composeServer } from './server.ts'
import type { ServerLabels } from './server.ts'

/** The container that labels are linked for. */
export interface Target {
  /** Name of what Traefik makes where labels name nothing. */
  readonly service: string
  readonly address: string
  /** The lowest port of that protocol that the image exposes. Asked only where no label gives one. */
  exposedPort(protocol: 'tcp' | 'udp'): number | undefined
  /** What an HTTP router without a rule gets; `undefined` where there's no base domain. */
  readonly automaticRouter: HttpRouter | undefined
  /** Of an HTTP router that names none. */
  readonly httpEntryPoints: readonly string[]
}

/** Something that linking left out, and why. */
export interface LinkProblem {
  readonly code: string
  readonly level: 'error' | 'warning' | 'info'
  readonly message: string
}

type Report = (problem: LinkProblem) => void
type Entry = Readonly<Record<string, unknown>>
type Entries = readonly (readonly [name: string, entry: Entry])[]

interface Declared {
  /** Entries that the labels define well. */
  readonly entries: Entries
  /** Names of all that they define, the broken ones included. */
  readonly names: readonly string[]
}

type Kind = 'routers' | 'services' | 'middlewares'

type Content = Readonly<Record<string, Readonly<Record<string, Entry>>>>

const contentOf = (labels: TraefikLabels, protocol: Protocol): Content | undefined =>
  labels.configuration[protocol] as Content | undefined

const brokenIn = (labels: TraefikLabels, protocol: Protocol, kind: Kind): readonly string[] =>
  labels.broken.size === 0 ? [] : (labels.broken.get(`${protocol}.${kind}` as SectionName) ?? [])

function declared(labels: TraefikLabels, protocol: Protocol, kind: Kind): Declared {
  const entries = Object.entries(contentOf(labels, protocol)?.[kind] ?? {})
  return { entries, names: [...entries.map(([name]) => name), ...brokenIn(labels, protocol, kind)] }
}

const declares = (labels: TraefikLabels, protocol: Protocol, kind: Kind): boolean =>
  Object.keys(contentOf(labels, protocol)?.[kind] ?? {}).length > 0 || brokenIn(labels, protocol, kind).length > 0

/** As the kernel names it: `service`, `TCP service`. */
const spoken = (protocol: Protocol, kind: string): string =>
  protocol === 'http' ? kind : `${protocol.toUpperCase()} ${kind}`

/** Further ones are left unsaid. */
const MOST_NAMED = 5

const quote = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).map(quoted).join(', ') + (names.length > MOST_NAMED ? ' and others' : '')

function linkServices(protocol: Protocol, services: Entries, target: Target, report: Report): Entries {
  const transport = protocol === 'udp' ? 'udp' : 'tcp'
  return services.flatMap(([name, service]) => {
    const balancer = service['loadBalancer'] as { readonly servers?: readonly ServerLabels[] } | undefined
    const prefix = `traefik.${protocol}.services.${shortened(name)}.loadbalancer.server`
    if (!balancer) {
      report({
        code: 'SERVICE_WITHOUT_LOAD_BALANCER',
        level: 'error',
        message: `The ${spoken(protocol, 'service')} ${quoted(name)} has no load balancer, so it is left out. Set ${prefix}.port.`,
      })
      return []
    }
    const composed = composeServer(protocol, balancer.servers?.[0] ?? {}, prefix, target.address, () =>
      target.exposedPort(transport),
    )
    if ('server' in composed) return [[name, { ...service, loadBalancer: { ...balancer, servers: [composed.server] } }]]
    report({
      code: 'SERVER_INVALID',
      level: 'error',
      message: `The ${spoken(protocol, 'service')} ${quoted(name)} is left out: ${composed.reason}. ${composed.cure}`,
    })
    return []
  })
}

/** What each protocol does about a router without a rule and one without entry points. */
const completions: Readonly<Record<Protocol, (name: string, router: Entry, target: Target) => Entry | LinkProblem>> = {
  http: (name, router, target) => {
    if (router['rule'] !== undefined && router['rule'] !== '') return { entryPoints: target.httpEntryPoints, ...router }
    if (target.automaticRouter) return { ...target.automaticRouter, ...router, rule: target.automaticRouter.rule }
    return {
      code: 'RULE_MISSING',
      level: 'error',
      message: `The router ${quoted(name)} has no rule, and without a base domain there is no host to give it, so it is left out. Set traefik.http.routers.${shortened(name)}.rule.`,
    }
  },
  tcp: (name, router) =>
    router['rule'] === undefined || router['rule'] === ''
      ? {
          code: 'RULE_MISSING',
          level: 'error',
          message: `The TCP router ${quoted(name)} has no rule, so it is left out. Set traefik.tcp.routers.${shortened(name)}.rule; for protocols without TLS that is HostSNI(\`*\`).`,
        }
      : router,
  udp: (_, router) => router,
}

function withEntryPoints(protocol: Protocol, name: string, router: Entry): Entry | LinkProblem {
  const entryPoints = router['entryPoints'] as readonly string[] | undefined
  if (entryPoints && entryPoints.length > 0) return router
  return {
    code: 'ENTRY_POINTS_MISSING',
    level: 'error',
    message: `The ${spoken(protocol, 'router')} ${quoted(name)} names no entry point and would take them all, so it is left out. Set traefik.${protocol}.routers.${shortened(name)}.entrypoints, for example to ${protocol}-PORT.`,
  }
}

const isProblem = (value: Entry | LinkProblem): value is LinkProblem => 'code' in value && 'level' in value

function withService(
  protocol: Protocol,
  name: string,
  router: Entry,
  services: readonly string[],
): Entry | LinkProblem {
  if (router['service'] !== undefined && router['service'] !== '') return router
  const [service, ...more] = services
  if (service !== undefined && more.length === 0) return { ...router, service }
  return {
    code: 'SERVICE_AMBIGUOUS',
    level: 'error',
    message: `The ${spoken(protocol, 'router')} ${quoted(name)} doesn't say which of the services ${quote(services)} it leads to, so it is left out. Set traefik.${protocol}.routers.${shortened(name)}.service.`,
  }
}

function linkRouters(
  protocol: Protocol,
  routers: Entries,
  services: readonly string[],
  target: Target,
  report: Report,
): Entries {
  return routers.flatMap(([name, declaredRouter]) => {
    const steps: readonly ((router: Entry) => Entry | LinkProblem)[] = [
      (router) => completions[protocol](name, router, target),
      (router) => withService(protocol, name, router, services),
      (router) => withEntryPoints(protocol, name, router),
    ]
    let router = declaredRouter
    for (const step of steps) {
      const next = step(router)
      if (isProblem(next)) {
        report(next)
        return []
      }
      router = next
    }
    return [[name, router] as const]
  })
}

const hasRule = ({ rule }: Entry): boolean => rule !== undefined && rule !== ''

/**
 * Beside a router with a rule, one without is more often a misspelt name than a wish for the automatic host; and then the other one
 * lacks what its labels say.
 */
function sayDefaulted(routers: Entries, { automaticRouter }: Target, report: Report): void {
  const ruled = routers.filter(([, router]) => hasRule(router)).map(([name]) => name)
  if (automaticRouter === undefined || ruled.length === 0) return
  for (const [name, router] of routers) {
    if (hasRule(router)) continue
    const other = nearest(name, ruled) ?? ruled[0] ?? ''
    const fields = Object.keys(router).map((field) => `traefik.http.routers.${shortened(other)}.${field.toLowerCase()}`)
    report({
      code: 'RULE_DEFAULTED',
      level: 'warning',
      message: `The router ${quoted(name)} has no rule, so it is served at ${automaticRouter.rule ?? ''}. If its labels were meant for the router ${quoted(other)}, that one is served without them: write ${fields.length === 0 ? `traefik.http.routers.${shortened(other)}` : fields.slice(0, 3).join(', ')}.`,
    })
  }
}

const section = (name: string, entries: Entries): object => (entries.length === 0 ? {} : { [name]: named(entries) })

const uses = (labels: TraefikLabels, protocol: Protocol): boolean =>
  labels.brokenProtocols.has(protocol) ||
  declares(labels, protocol, 'routers') ||
  declares(labels, protocol, 'services')

/** Whether Traefik makes routers and services of this protocol for the container at all. */
function applies(labels: TraefikLabels, protocol: Protocol): boolean {
  if (labels.state !== 'enabled' || labels.brokenProtocols.has(protocol)) return false
  if (uses(labels, protocol)) return true
  if (protocol !== 'http') return false
  return declares(labels, 'http', 'middlewares') || !(uses(labels, 'tcp') || uses(labels, 'udp'))
}

/**
 * The routers and services of one protocol as Traefik's Docker provider completes them: the default service, the servers'
 * addresses, the default router, rules, and the service of a router that names none. What can't be completed is left out
 * and reported; a reference to something left out stays, for the kernel to follow.
 */
export function link(
  protocol: Protocol,
  labels: TraefikLabels,
  target: Target,
  report: Report,
): DynamicConfiguration | undefined {
  if (!applies(labels, protocol)) return undefined
  const services = declared(labels, protocol, 'services')
  const routers = declared(labels, protocol, 'routers')
  const created: Entries = services.names.length === 0 ? [[target.service, { loadBalancer: {} }]] : []
  const names = created.length === 0 ? services.names : [target.service]
  const automatic: Entries =
    protocol === 'http' && routers.names.length === 0 && names.length === 1 ? [[target.service, {}]] : []
  if (protocol === 'http' && routers.names.length === 0 && names.length > 1)
    report({
      code: 'ROUTER_MISSING',
      level: 'warning',
      message: `There are several services (${quote(names)}) and no router, so nothing leads to them. Set traefik.http.routers.NAME.rule and .service.`,
    })
  if (protocol === 'http') sayDefaulted(routers.entries, target, report)
  const linkedRouters = linkRouters(protocol, [...routers.entries, ...automatic], names, target, report)
  // Nobody asked for a service that no router leads to, so nobody needs to know why it can't be made.
  const asked = linkedRouters.some(([, { service }]) => service === target.service)
  const linkedServices = [
    ...linkServices(protocol, services.entries, target, report),
    ...linkServices(protocol, created, target, asked ? report : () => undefined),
  ]
  return { [protocol]: { ...section('routers', linkedRouters), ...section('services', linkedServices) } }
}
