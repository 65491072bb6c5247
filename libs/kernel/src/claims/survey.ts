import type { NetworkId } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import type { Wishes } from './arbitrate.ts'
import type { Demand } from './demand.ts'
import { allocationKey } from './ledger.ts'
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

function oversizeOf({ entries }: Wishes, { shares, guards }: Policy): ReadonlyMap<Entry, number> {
  let bytes = 0
  for (const { text } of entries.values()) bytes += text.length
  if (bytes <= shares.bytes || !guards.has('shares')) return new Map()
  return new Map(overBytes([...entries.values()].sort(bySeniority), shares.bytes))
}

export function createSurvey(
  policy: Policy,
  standing: Standing,
  demandOf: (entry: Entry, network: NetworkId) => Demand,
): (wishes: Wishes) => Survey {
  const contested = new WeakMap<Demand, boolean>()
  const isContested = (demand: Demand): boolean => {
    const known = contested.get(demand) ?? !isUncontested(demand, standing)
    contested.set(demand, known)
    return known
  }
  return (wishes) => {
    const { network, entries } = wishes
    const routers: Demand[] = []
    for (const entry of entries.values()) if (entry.section.endsWith('.routers')) routers.push(demandOf(entry, network))
    const disputed = routers.filter(isContested).sort(byAge)
    return {
      wishes,
      network,
      routers,
      contested: disputed,
      company: {
        named: new Set(disputed.flatMap(({ uses }) => uses.map(({ key }) => key))),
        asked: new Set(disputed.flatMap((demand) => askOf(demand) ?? [])),
      },
      oversize: oversizeOf(wishes, policy),
    }
  }
}
