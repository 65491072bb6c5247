import { found } from '../causes.ts'
import type { Case, Step } from '../case.ts'
import type { Finding } from '../finding.ts'
import type { Listener } from '../observed.ts'
import { portLabelOf, upstreamsOf, variableOf } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

const show = ({ address, port }: Listener): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
const LOCALHOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1'])

const isAt =
  ({ address, port }: Upstream) =>
  (one: Listener): boolean =>
    one.port === port && (one.address === address || WILDCARDS.has(one.address))

interface Instead {
  readonly listeners: readonly Listener[]
  readonly isCertain: boolean
}

/** Where the upstream's container listens instead: what its own processes have, else what stands at its address, or, perhaps, at localhost. */
function insteadOf(upstream: Upstream, { observed }: Case): Instead {
  const { address, port, container } = upstream
  const own = observed.ownListeners?.[container?.id ?? '']
  if (own) return { listeners: own, isCertain: true }
  const all = observed.listeners ?? []
  const home = all.filter((one) => one.address === address)
  if (home.length > 0) return { listeners: home, isCertain: true }
  return { listeners: all.filter((one) => one.port === port && LOCALHOSTS.has(one.address)), isCertain: false }
}

function refusedAt(upstream: Upstream, one: Case): Finding {
  const { router, address, port, container } = upstream
  if (!container || one.observed.listeners === undefined)
    return found('UPSTREAM_REFUSES', { address: `${address}:${port}` }, router.name)
  const { name, daemon } = container
  const { listeners: instead, isCertain } = insteadOf(upstream, one)
  const variable = variableOf(container)
  const [first] = instead
  if (!first) return found('LISTENS_ON_NOTHING', { container: name, address, port, variable, daemon }, name)
  const isHome = instead.filter((listener) => listener.address === address || WILDCARDS.has(listener.address))
  const [home = first] = isHome
  const about = {
    container: name,
    isCertain,
    address,
    port,
    variable,
    found: (isHome.length > 0 ? isHome : instead).slice(0, 3).map(show).join(', '),
    foundPort: home.port,
    label: portLabelOf(router, container),
  }
  return found(isHome.length > 0 ? 'LISTENS_ON_OTHER_PORT' : 'LISTENS_ON_OTHER_ADDRESS', about, name)
}

function checked(upstream: Upstream, one: Case): readonly Finding[] {
  const { router, address, port, container } = upstream
  if (router.protocol === 'udp' || container?.presence === 'held') return []
  const { dialled, listeners } = one.observed
  const outcome = dialled.find((dial) => dial.address === `${address}:${port}`)?.outcome
  if (outcome === 'open') return []
  if (outcome === 'silent') {
    const log = container ? `docker -H unix://${container.daemon} logs ${container.name}` : `its log`
    return [
      { ...found('UPSTREAM_SILENT', { address: `${address}:${port}`, log }, router.name), network: router.network },
    ]
  }
  if (outcome === undefined && (listeners === undefined || listeners.some(isAt(upstream)))) return []
  return [{ ...refusedAt(upstream, one), network: router.network }]
}

/** Whether something listens where Traefik connects to, and takes connections. */
export const upstream: Step = (one) => {
  const { routers, containers } = one.facts
  const isOurs = ({ service, network }: (typeof routers)[number]): boolean => service.endsWith(`-${network}`)
  const isHeld = containers.some(({ presence }) => presence === 'held')
  const empty = routers.filter((router) => router.servers.length === 0 && isOurs(router) && !isHeld)
  return [
    ...upstreamsOf(routers, containers).flatMap((where) => checked(where, one)),
    ...empty.map(({ service, name, network }) => ({ ...found('UPSTREAM_ABSENT', { service }, name), network })),
  ]
}
