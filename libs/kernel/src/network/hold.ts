import type { NetworkId } from '@route-server/plugin-api'
import { destinationOf } from '@route-server/traefik'
import { entryOf, pathOf, scopedName, withFields } from '../document/entry.ts'
import type { Entry, Lookup, Value } from '../document/entry.ts'
import { HOLD, wantsNoHold } from '../evaluate/hold-label.ts'
import { isAddressOf } from '../evaluate/identity.ts'

/** The first wait between two attempts; Traefik lets the waits grow to twice as much. A shorter one costs more: an attempt takes Traefik 0.2 ms. */
const INTERVAL_MS = 500

/**
 * Traefik's `retry` for so long. It tries again only where no connection was made, so nothing is sent twice. Of n attempts the waits grow by the
 * factor 2^(1/(n-1)), and come to interval / (2^(1/(n-1)) - 1) together. Only with fields that every Traefik 3 has.
 */
export function holdMiddleware(milliseconds: number): Value {
  const interval = Math.min(INTERVAL_MS, milliseconds)
  const attempts = 1 + Math.ceil(Math.LN2 / Math.log(1 + interval / milliseconds))
  return { retry: { attempts, initialInterval: `${interval}ms` } }
}

type Entries = Lookup<Entry>

const referredTo = ({ references }: Entry, section: Entry['section'], entries: Entries): readonly Entry[] =>
  references.filter((to) => to.section === section).flatMap(({ path }) => entries.get(path) ?? [])

/** Whether a middleware is of a kind, or one that it is a chain of. */
const has = (isOfKind: (value: Value) => boolean, middleware: Entry, entries: Entries): boolean =>
  isOfKind(middleware.value) ||
  referredTo(middleware, 'http.middlewares', entries).some((one) => has(isOfKind, one, entries))

/** With two of them, one would repeat what the other has waited for. */
const retries = (value: Value): boolean =>
  'retry' in value || (value['buffering'] as Value | undefined)?.['retryExpression'] !== undefined

/** Traefik's `retry` puts the headers of the answer over those that stand outside of it: `Vary`, which compress adds to. */
const compresses = (value: Value): boolean => 'compress' in value

interface Balancer {
  readonly servers?: readonly { readonly url?: string }[]
}

const isOfNetwork = (network: NetworkId, url = ''): boolean =>
  isAddressOf(network, destinationOf('url', url)?.host ?? '')

type Judge = (service: Entry, network: NetworkId, entries: Entries) => boolean

const allWait: Judge = (service, network, entries) =>
  referredTo(service, 'http.services', entries).every((one) => canWait(one, network, entries))

/** Whether requests may wait at a service, by its kind. */
const JUDGES: Readonly<Record<string, Judge>> = {
  // Another machine isn't recreated here, and may take half a minute to refuse a connection.
  loadBalancer: ({ value }, network) =>
    ((value['loadBalancer'] as Balancer).servers ?? []).every(({ url }) => isOfNetwork(network, url)),
  weighted: allWait,
  highestRandomWeight: allWait,
  failover: allWait,
  // Every attempt would be mirrored.
  mirroring: () => false,
}

/** A service's own middlewares would run at every attempt. */
function canWait(service: Entry, network: NetworkId, entries: Entries): boolean {
  if (service.value['middlewares'] !== undefined) return false
  if (service.by && wantsNoHold(service.by.container)) return false
  return Object.keys(service.value).every((kind) => JUDGES[kind]?.(service, network, entries) ?? false)
}

const middlewaresOf = ({ value }: Entry): readonly string[] => (value['middlewares'] ?? []) as readonly string[]

function isInEntries(name: string, isOfKind: (value: Value) => boolean, entries: Entries): boolean {
  const middleware = entries.get(pathOf('http.middlewares', name))
  return middleware !== undefined && has(isOfKind, middleware, entries)
}

/** Behind every other middleware, but before those that compress. */
function placeIn(router: Entry, entries: Entries): number {
  const own = middlewaresOf(router)
  return own.findLastIndex((name) => !compresses(entries.get(pathOf('http.middlewares', name))?.value ?? {})) + 1
}

function isHeld(router: Entry, network: NetworkId, entries: Entries): boolean {
  const [service] = referredTo(router, 'http.services', entries)
  if (!service || (router.by && wantsNoHold(router.by.container))) return false
  const outer = middlewaresOf(router).slice(0, placeIn(router, entries))
  const isInTheWay = (value: Value): boolean => retries(value) || compresses(value)
  if (outer.some((name) => isInEntries(name, isInTheWay, entries))) return false
  return canWait(service, network, entries)
}

/** The router with the hold among its middlewares. */
function withHold(router: Entry, place: number, network: NetworkId): Entry {
  const middlewares = middlewaresOf(router).toSpliced(place, 0, scopedName(HOLD, network))
  return { ...withFields(router, { middlewares }), waits: true }
}

/**
 * Puts the hold behind every other middleware of the HTTP routers at which requests may wait for a container of the network. What it
 * refers to isn't among the entries: it is nobody's wish, so nobody's share; `holdOf` makes it, and it is added in the end.
 */
export function holdRouters(entries: Map<string, Entry>, around: Entries, network: NetworkId): void {
  const all: Entries = { get: (path) => entries.get(path) ?? around.get(path) }
  for (const entry of entries.values())
    if (entry.section === 'http.routers' && isHeld(entry, network, all))
      entries.set(entry.path, withHold(entry, placeIn(entry, all), network))
}

/** The middleware that a network's routers name where requests wait. */
export const holdOf = (network: NetworkId, milliseconds: number): Entry =>
  entryOf({
    section: 'http.middlewares',
    name: scopedName(HOLD, network),
    value: holdMiddleware(milliseconds),
    references: [],
    origins: [],
  })
