import { http } from './http.ts'
import { struct } from './nodes.ts'
import type { MapNode, ValueOf } from './nodes.ts'
import { tcp } from './tcp.ts'
import { tls } from './tls.ts'
import { udp } from './udp.ts'

/** Traefik v3.7's dynamic configuration: everything that a route document can carry. */
export const configuration = struct({ http, tcp, udp, tls })

/**
 * Part of a route document: what one container, or all, contribute. Entries are keyed by name; a reference is a name, or
 * `name@provider` for another provider's. Fields left `undefined` count as left out.
 */
export type DynamicConfiguration = ValueOf<typeof configuration>

type Http = NonNullable<DynamicConfiguration['http']>
type Tcp = NonNullable<DynamicConfiguration['tcp']>
type Udp = NonNullable<DynamicConfiguration['udp']>
type Tls = NonNullable<DynamicConfiguration['tls']>
type Entry<T> = NonNullable<T> extends Readonly<Record<string, infer V>> ? V : never

/** What stands under a name in each section. */
export interface Sections {
  'http.routers': Entry<Http['routers']>
  'http.services': Entry<Http['services']>
  'http.middlewares': Entry<Http['middlewares']>
  'http.models': Entry<Http['models']>
  'http.serversTransports': Entry<Http['serversTransports']>
  'tcp.routers': Entry<Tcp['routers']>
  'tcp.services': Entry<Tcp['services']>
  'tcp.middlewares': Entry<Tcp['middlewares']>
  'tcp.serversTransports': Entry<Tcp['serversTransports']>
  'udp.routers': Entry<Udp['routers']>
  'udp.services': Entry<Udp['services']>
  'tls.options': Entry<Tls['options']>
  'tls.stores': Entry<Tls['stores']>
}

/** A map of named entries in the document: `http.routers`. */
export type SectionName = keyof Sections

export type HttpRouter = Sections['http.routers']

export type Protocol = 'http' | 'tcp' | 'udp'

/** Every section with its schema, in the order of the schema. */
export const sections: ReadonlyMap<SectionName, MapNode> = new Map(
  Object.entries(configuration.fields).flatMap(([part, node]) =>
    node.kind !== 'struct'
      ? []
      : Object.entries(node.fields).flatMap(([name, section]) =>
          section.kind === 'map' ? [[`${part}.${name}` as SectionName, section] as const] : [],
        ),
  ),
)
