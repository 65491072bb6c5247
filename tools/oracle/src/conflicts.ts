import { withLabels } from './case.ts'
import type { Case, Service } from './case.ts'

/** A name that several containers define differently, and that Traefik's provider therefore gives to none of them. */
export interface Conflict {
  /** Such as `http.routers`. */
  readonly section: string
  readonly name: string
}

const REPORT =
  /^(HTTP|TCP|UDP) (router|service|middleware) defined multiple times .*\b(?:router|service|middleware)Name=("(?:[^"\\]|\\.)*"|\S+)/

/** What Traefik's log says of them. */
export const conflictsIn = (theySaid: readonly string[]): Conflict[] =>
  theySaid.flatMap((line) => {
    const [, protocol = '', kind = '', name = ''] = REPORT.exec(line) ?? []
    return name === ''
      ? []
      : [
          {
            section: `${protocol.toLowerCase()}.${kind}s`,
            name: name.startsWith('"') ? (JSON.parse(name) as string) : name,
          },
        ]
  })

const YOUNGER = '-of-the-younger'

type Labels = Service['labels']

const isBelow = (label: string, prefix: string): boolean =>
  `${label.toLowerCase()}.`.startsWith(`${prefix.toLowerCase()}.`)

/** What a definition says, its servers aside: Traefik and we put those together. */
const definition = (labels: Labels, prefix: string): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([label]) => isBelow(label, prefix) && !label.toLowerCase().includes('.loadbalancer.server.'))
      .map(([label, value]) => [label.toLowerCase(), value])
      .sort(),
  )

/** Everything of that name in these labels, references included, under another name. */
function renamed(labels: Labels, { section, name }: Conflict, prefix: string, other: string): Labels {
  const kind = section.endsWith('services') ? 'service' : 'middlewares'
  const inReferences = (value: string): string =>
    value
      .split(',')
      .map((item) => (item.trim().replace(/@docker$/, '') === name ? other : item))
      .join(',')
  return Object.fromEntries(
    Object.entries(labels).map(([label, value]) => {
      if (isBelow(label, prefix))
        return [`${prefix}${YOUNGER}${label.slice(prefix.length)}`.replace(`${name}${YOUNGER}`, other), value]
      const refers = !section.endsWith('routers') && label.toLowerCase().endsWith(`.${kind}`)
      return [label, refers ? inReferences(value) : value]
    }),
  )
}

/**
 * The case with the names of the younger containers out of the way of the oldest's: what Traefik makes of that is what we make
 * of the conflict, but for the younger ones' definitions and what refers to them. Those are `lost`.
 */
export function withoutConflicts(shown: Case, conflicts: readonly Conflict[]): { shown: Case; lost: string[] } {
  const lost: string[] = []
  let apart = shown
  for (const conflict of conflicts) {
    const prefix = `traefik.${conflict.section}.${conflict.name}`
    const definers = Object.entries(apart.services).filter(([, { labels }]) =>
      Object.keys(labels).some((label) => isBelow(label, prefix)),
    )
    const [oldest, ...younger] = definers
    const differing = younger.filter(
      ([, { labels }]) =>
        conflict.section.endsWith('routers') ||
        definition(labels, prefix) !== definition(oldest?.[1].labels ?? {}, prefix),
    )
    apart = withLabels(apart, (labels, service) => {
      if (!differing.some(([name]) => name === service)) return labels
      const other = `${conflict.name}${YOUNGER}-${service}`
      lost.push(`${conflict.section}/${other}`)
      return renamed(labels, conflict, prefix, other)
    })
  }
  return { shown: apart, lost }
}
