import { yamlEntries } from '@route-server/traefik'
import type { SectionName } from '@route-server/traefik'
import type { Entry, Value } from '../document/entry.ts'

/** How two definitions of one name become one; `undefined` means that they can't. */
type Rule = (older: Entry, newer: Entry) => Value | undefined

const onlyIfEqual: Rule = (older, newer) => (older.text === newer.text ? older.value : undefined)

type Server = { readonly url?: string; readonly address?: string }
type Balancer = { readonly servers?: readonly Server[] }

const addressOf = ({ url, address }: Server): string | undefined => url ?? address

/**
 * Replicas: services whose load balancers are equal but for their servers become one with the servers of both, the older's
 * first. Like Traefik's Docker provider, it tells servers apart by their address alone, and keeps the older's middlewares.
 */
const unionOfServers: Rule = (older, newer) => {
  const mine = older.value['loadBalancer'] as Balancer | undefined
  const theirs = newer.value['loadBalancer'] as Balancer | undefined
  if (!mine || !theirs) return onlyIfEqual(older, newer)
  const without = (balancer: Balancer): string => yamlEntries({ ...balancer, servers: undefined })
  if (without(mine) !== without(theirs)) return undefined
  const servers = mine.servers ?? []
  const known = new Set(servers.map(addressOf))
  const added = (theirs.servers ?? []).filter((server) => !known.has(addressOf(server)))
  return added.length === 0
    ? older.value
    : { ...older.value, loadBalancer: { ...mine, servers: [...servers, ...added] } }
}

/** By section; whatever isn't named here has to be equal. */
const RULES: Partial<Readonly<Record<SectionName, Rule>>> = {
  'http.services': unionOfServers,
  'tcp.services': unionOfServers,
  'udp.services': unionOfServers,
}

/** The older entry's value with what the newer one adds; `undefined` where one name can't stand for both. */
export const combine: Rule = (older, newer) => (RULES[older.section] ?? onlyIfEqual)(older, newer)
