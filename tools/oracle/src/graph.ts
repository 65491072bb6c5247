import { markOf, NETWORK } from './machine.ts'

export type Provider = 'docker' | 'http'

/** `GET /api/rawdata`: by section such as `tcpRouters`, by name such as `web@docker`. */
export type RawData = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>

/** A router, service or middleware as Traefik holds it, all defaults filled in. */
export interface Element {
  readonly section: string
  readonly name: string
  readonly status: string
  /** What Traefik says is wrong with it. */
  readonly errors: readonly string[]
  readonly fields: Readonly<Record<string, unknown>>
}

/** Everything one Traefik holds, by path such as `http.routers/web`. Names and references are as the labels have them. */
export type Graph = ReadonlyMap<string, Element>

/** By Traefik's name in its API, in the order of a reader's interest. */
const SECTIONS: Readonly<Record<string, string>> = {
  routers: 'http.routers',
  services: 'http.services',
  middlewares: 'http.middlewares',
  tcpRouters: 'tcp.routers',
  tcpServices: 'tcp.services',
  tcpMiddlewares: 'tcp.middlewares',
  udpRouters: 'udp.routers',
  udpServices: 'udp.services',
}

/** What runs, not what is configured: who uses an element follows from the users, and health from the moment. */
const RUNTIME = ['status', 'error', 'usedBy', 'serverStatus', 'using']

/** Names end in the provider's suffix, and ours in the network's ID before that. */
const SUFFIX: Readonly<Record<Provider, RegExp>> = {
  docker: /@docker(?!\w)/g,
  http: new RegExp(`(-${NETWORK})?@http(?!\\w)|-${NETWORK}(?![\\w.@-])`, 'g'),
}

const localName = (name: string, provider: Provider): string => name.replace(SUFFIX[provider], '')

function localNames(value: unknown, provider: Provider): unknown {
  if (typeof value === 'string') return localName(value, provider)
  if (Array.isArray(value)) return value.map((item) => localNames(item, provider))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, localNames(field, provider)]))
}

export const hasMark = (data: RawData, provider: Provider, round: number): boolean =>
  data['udpServices']?.[provider === 'docker' ? `${markOf(round)}@docker` : `${markOf(round)}-${NETWORK}@http`] !==
  undefined

const isOurs = (name: string): boolean => name.endsWith('@internal') || name.startsWith(markOf(0).slice(0, -1))

/** What a Traefik holds from its provider, its own routers and our mark aside. */
export function graphOf(data: RawData, provider: Provider): Graph {
  return new Map(
    Object.entries(SECTIONS).flatMap(([key, section]) =>
      Object.entries(data[key] ?? {})
        .filter(([name]) => !isOurs(name))
        .map(([fullName, raw]) => {
          const name = localName(fullName, provider)
          const fields = Object.fromEntries(Object.entries(raw).filter(([field]) => !RUNTIME.includes(field)))
          const errors = ((raw['error'] ?? []) as readonly string[]).map((text) => localName(text, provider)).sort()
          const element: Element = {
            section,
            name,
            status: typeof raw['status'] === 'string' ? raw['status'] : 'enabled',
            errors,
            fields: localNames(fields, provider) as Element['fields'],
          }
          return [`${section}/${name}`, element] as const
        }),
    ),
  )
}
