import type { Case } from './case.ts'
import type { Difference } from './compare.ts'

/** A case in which a router uses what nobody used: Traefik looks at a middleware or service only then. */
export interface Probed {
  readonly shown: Case
  /** By the path of what is looked at: that of the router that does. */
  readonly probed: ReadonlyMap<string, string>
  /** Paths of what only serves to look. */
  readonly lost: readonly string[]
}

const PROBE = 'oracle-probe'

/** By protocol: a rule and entry points for a router of the probe. */
const ROUTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  http: { rule: 'Host(`probe.example.com`)', entrypoints: 'web' },
  tcp: { rule: 'HostSNI(`*`)', entrypoints: 'tcp-22' },
  udp: { entrypoints: 'udp-2456' },
}

/** The case with a container more, whose routers use every middleware and service that we lack and Traefik has. */
export function probe(shown: Case, differences: readonly Difference[]): Probed | undefined {
  const subjects = differences
    .filter(({ kind, path }) => kind === 'missing' && /\.(middlewares|services)\//.test(path))
    .map(({ path }) => path)
  if (subjects.length === 0) return undefined
  const labels: Record<string, string> = { 'traefik.enable': 'true' }
  const probed = new Map<string, string>()
  const props = new Set<string>()
  for (const [index, path] of subjects.entries()) {
    const [, protocol = '', kind = '', name = ''] = /^(\w+)\.(\w+)\/(.*)$/s.exec(path) ?? []
    const router = `${PROBE}-${index}`
    const prefix = `traefik.${protocol}.routers.${router}`
    labels[`traefik.${protocol}.services.${PROBE}.loadbalancer.server.port`] = '1'
    for (const [field, value] of Object.entries(ROUTERS[protocol] ?? {})) labels[`${prefix}.${field}`] = value
    labels[`${prefix}.service`] = kind === 'services' ? name : PROBE
    if (kind === 'middlewares') labels[`${prefix}.middlewares`] = name
    probed.set(path, `${protocol}.routers/${router}`)
    props.add(`${protocol}.routers/${router}`).add(`${protocol}.services/${PROBE}`)
  }
  return { shown: { ...shown, services: { ...shown.services, [PROBE]: { labels } } }, probed, lost: [...props] }
}
