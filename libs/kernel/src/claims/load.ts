import { isRouter } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { Shares } from '../policy.ts'
import type { Demand } from './demand.ts'

/** How much a network can come to at most, of what its shares limit. */
export type Load = Readonly<Record<'routers' | 'hosts' | 'ports' | 'certificateHosts' | 'bytes', number>>

type Mutable = { -readonly [K in keyof Load]: number }

const nothing = (): Mutable => ({ routers: 0, hosts: 0, ports: 0, certificateHosts: 0, bytes: 0 })

/** What entries come to. `demandOf` gives the demand of a router that is contested, and of no other. */
export function loadOf(entries: Iterable<Entry>, demandOf: (entry: Entry) => Demand | undefined): Load {
  const load = nothing()
  for (const entry of entries) {
    load.bytes += entry.text.length
    if (!isRouter(entry)) continue
    load.routers += 1
    const demand = demandOf(entry)
    if (!demand) continue
    load.hosts += demand.hosts.length
    load.ports += demand.uses.length + (demand.asks ? 1 : 0)
    load.certificateHosts += demand.certificates.length
  }
  return load
}

const KINDS = Object.keys(nothing()) as (keyof Load)[]

export function changedBy(load: Load, gone: Load, come: Load): Load {
  const changed = nothing()
  for (const kind of KINDS) changed[kind] = load[kind] - gone[kind] + come[kind]
  return changed
}

/** Whether there is anything to count: most networks are far below their shares. `claimed`: what it may have in the end. */
export const couldExceed = (load: Load, shares: Shares, claimed: Pick<Load, 'hosts' | 'ports'>): boolean =>
  KINDS.some((kind) => load[kind] > shares[kind]) || claimed.hosts > shares.hosts || claimed.ports > shares.ports
