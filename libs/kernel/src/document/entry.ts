import type { Container, Origin, PortRequest } from '@route-server/plugin-api'
import { yamlEntries, yamlKey } from '@route-server/traefik'
import type { Reference, SectionName, Yaml } from '@route-server/traefik'

/** What stands under an entry's name. */
export type Value = { readonly [field: string]: Yaml | undefined }

/** Another entry that has to be there, too. */
export interface Target extends Reference {
  readonly path: string
  /** What was said, such as `auth@file`, where that may also mean the operator's object. */
  readonly said?: string
}

/** The container that an entry comes from, and the service that it is, as a DNS label. */
export interface Maker {
  readonly container: Container
  readonly service: string
}

/** One named part of the document: proven acceptable to Traefik, its names scoped to the network. */
export interface Entry {
  readonly section: SectionName
  /** `{name}-{networkID}`. */
  readonly name: string
  /** Where it stands: `http.routers/web-2816`. */
  readonly path: string
  readonly value: Value
  /** Name and value as canonical YAML, where they stand in the document. */
  readonly text: string
  /** Entries of the same network. */
  readonly references: readonly Target[]
  /** Who contributed it, the oldest first; several where they agree. */
  readonly origins: readonly Origin[]
  /** The oldest of these; `undefined` for what the kernel itself puts in. */
  readonly by?: Maker | undefined
  /** Of a router: the port on which it wants to be reached. It has no entry points until one is found for it. */
  readonly asks?: PortRequest | undefined
  /** Services of its network, as DNS labels, that Traefik is to connect to by their names. */
  readonly dials?: readonly string[] | undefined
  /** Of a service: its maker's own address and ports, `127.0.11.2:8080`. */
  readonly listens?: readonly string[] | undefined
  /** Of a router: whether it names its network's hold. */
  readonly waits?: true | undefined
}

/** Where something can be looked up by its name: entries by their paths, addresses by their services. */
export interface Lookup<V> {
  get(name: string): V | undefined
}

// Joined rather than concatenated, here and below: these strings are looked up, compared and copied at every event, and V8 keeps
// a concatenated string as a tree.
export const pathOf = (section: SectionName, name: string): string => [section, name].join('/')

/** Names are unique per network, and can't be forged: the last dash separates. */
export const scopedName = (name: string, network: number): string => [name, network].join('-')

function textOf(name: string, value: Value): string {
  const fields = yamlEntries(value, '      ')
  return ['    ', yamlKey(name), ...(fields === '' ? [': {}\n'] : [':\n', fields])].join('')
}

/**
 * An entry with all that follows from what it says. Every field is there, if only as `undefined`, and in one order: V8 gives objects that are
 * put together from others a hidden class each, and everything that is done with entries would be slower by it.
 */
export function entryOf(said: Omit<Entry, 'path' | 'text'>): Entry {
  const { section, name, value, references, origins, by, asks, dials, listens, waits } = said
  const path = pathOf(section, name)
  return { section, name, path, value, text: textOf(name, value), references, origins, by, asks, dials, listens, waits }
}

/** The entry with other fields in its value. A spread with a field behind it would be one of those objects with a class each. */
export const withFields = (entry: Entry, fields: Value): Entry =>
  entryOf({ ...entry, value: Object.assign({}, entry.value, fields) })

/** The name as its contributor knows it: without the network. */
export const localName = ({ name }: Pick<Entry, 'name'>): string => name.slice(0, name.lastIndexOf('-'))

const ROUTERS: ReadonlySet<SectionName> = new Set(['http.routers', 'tcp.routers', 'udp.routers'])

export const isRouter = ({ section }: Pick<Entry, 'section'>): boolean => ROUTERS.has(section)
