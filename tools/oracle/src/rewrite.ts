import type { Case, Service } from './case.ts'

/** What we take otherwise than Traefik by intention: the same case in words that Traefik takes so, too. */
export interface Rewritten {
  readonly shown: Case
  /** Names of the intended differences that it was rewritten for. */
  readonly names: readonly string[]
  /** Paths of what we leave out by those intentions. */
  readonly lost: readonly string[]
}

interface Rewriting {
  readonly name: string
  readonly service: (service: Service) => Service
  /** What we leave out, given the labels as they were. */
  readonly lost?: (service: Service) => readonly string[]
}

const NAME_WITH_AT = /^(traefik\.(\w+)\.(\w+)\.)([^.]*@[^.]*)/i

const withoutAt = (name: string): string => name.replaceAll('@', '-at-')

const mapLabels = (service: Service, map: (label: string, value: string) => readonly [string, string]): Service => ({
  ...service,
  labels: Object.fromEntries(Object.entries(service.labels).map(([label, value]) => map(label, value))),
})

/** Each with a name that docs/differences.md explains. */
export const REWRITINGS: readonly Rewriting[] = [
  {
    name: 'unhealthy-kept',
    service: ({ health, ...service }) => (health === undefined ? service : { ...service, health: 'healthy' }),
  },
  {
    name: 'stopped-left-out',
    service: (service) => ({
      ...service,
      labels: Object.fromEntries(
        Object.entries(service.labels).filter(([label]) => !/^traefik\.docker\.allownonrunning$/i.test(label)),
      ),
    }),
  },
  {
    name: 'http-suffix-is-here',
    service: (service) => mapLabels(service, (label, value) => [label, value.replace(/@http(?=\s*(,|$))/g, '@docker')]),
  },
  {
    name: 'name-with-at',
    service: (service) =>
      mapLabels(service, (label, value) => [
        label.replace(NAME_WITH_AT, (_, prefix: string, _protocol, _kind, name: string) => prefix + withoutAt(name)),
        value,
      ]),
    lost: ({ labels }) =>
      Object.keys(labels).flatMap((label) => {
        const [, , protocol = '', kind = '', name] = NAME_WITH_AT.exec(label) ?? []
        return name === undefined ? [] : [`${protocol.toLowerCase()}.${kind.toLowerCase()}/${withoutAt(name)}`]
      }),
  },
]

export function rewrite(shown: Case): Rewritten {
  let rewritten = shown
  const names: string[] = []
  const lost: string[] = []
  for (const { name, service: change, lost: lose = () => [] } of REWRITINGS) {
    const services = Object.entries(rewritten.services).map(([key, service]) => [key, change(service)] as const)
    if (JSON.stringify(services) === JSON.stringify(Object.entries(rewritten.services))) continue
    lost.push(...Object.values(rewritten.services).flatMap(lose))
    rewritten = { ...rewritten, services: Object.fromEntries(services) }
    names.push(name)
  }
  return { shown: rewritten, names, lost }
}
