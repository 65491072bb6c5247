import type { NetworkId } from '@route-server/plugin-api'
import { isRouter } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import type { Wishes } from './arbitrate.ts'
import type { Demand } from './demand.ts'
import { allocationKey } from './ledger.ts'
import { loadOf } from './load.ts'
import type { Load } from './load.ts'
import type { Company } from './outcome.ts'
import { bySeniority } from './seniority.ts'
import { overBytes } from './shares.ts'
import { isWildcard } from './standing.ts'
import type { Standing } from './standing.ts'

/** One network's wishes, sorted out as far as that can be done without the ledger. */
export interface Survey {
  readonly wishes: Wishes
  readonly network: NetworkId
  readonly routers: readonly Demand[]
  /** Those that somebody else might have something against; the oldest first. */
  readonly contested: readonly Demand[]
  readonly company: Company
  readonly load: Load
  /** Entries for which its part of the document would be too large, with how large. */
  readonly oversize: ReadonlyMap<Entry, number>
}

/** Whether the router wants only what is its network's by name, or by the operator's word. */
const isUncontested = ({ hosts, unbound, mistakes, uses, asks, network }: Demand, standing: Standing): boolean =>
  unbound.length === 0 &&
  mistakes.length === 0 &&
  uses.length === 0 &&
  asks === undefined &&
  hosts.every(({ name }) => !isWildcard(name) && standing.ownerOf(name)?.network === network)

export const byAge = (a: Demand, b: Demand): number => bySeniority(a.entry, b.entry)

export const askOf = ({ asks, network, entry }: Demand): string | undefined =>
  asks && allocationKey({ ...asks, network, service: entry.by?.service ?? '' })

function oversizeOf({ entries }: Wishes, { bytes }: Load, { shares, guards }: Policy): ReadonlyMap<Entry, number> {
  if (bytes <= shares.bytes || !guards.has('shares')) return new Map()
  return new Map(overBytes([...entries.values()].sort(bySeniority), shares.bytes))
}

/** Surveys wishes, and parts of them. */
export interface Surveyor {
  survey(wishes: Wishes): Survey
  /** The routers among the entries that somebody else might have something against. */
  contested(entries: Iterable<Entry>, network: NetworkId): readonly Demand[]
  load(entries: Iterable<Entry>, network: NetworkId): Load
}

export function createSurveyor(
  policy: Policy,
  standing: Standing,
  demandOf: (entry: Entry, network: NetworkId) => Demand,
): Surveyor {
  const known = new WeakMap<Demand, boolean>()
  const isContested = (demand: Demand): boolean => {
    const answer = known.get(demand) ?? !isUncontested(demand, standing)
    known.set(demand, answer)
    return answer
  }
  const load: Surveyor['load'] = (entries, network) =>
    loadOf(entries, (router) => {
      const demand = demandOf(router, network)
      return isContested(demand) ? demand : undefined
    })
  const demands = (entries: Iterable<Entry>, network: NetworkId): readonly Demand[] =>
    [...entries].filter(isRouter).map((entry) => demandOf(entry, network))

  return {
    load,
    contested: (entries, network) => demands(entries, network).filter(isContested),
    survey(wishes) {
      const { network, entries } = wishes
      const routers = demands(entries.values(), network)
      const disputed = routers.filter(isContested).sort(byAge)
      const all = load(entries.values(), network)
      return {
        wishes,
        network,
        routers,
        contested: disputed,
        company: {
          named: new Set(disputed.flatMap(({ uses }) => uses.map(({ key }) => key))),
          asked: new Set(disputed.flatMap((demand) => askOf(demand) ?? [])),
        },
        load: all,
        oversize: oversizeOf(wishes, all, policy),
      }
    },
  }
}
