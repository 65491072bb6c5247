import type { Settings } from '@route-server/plugin-api'
import { withFields } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { LiveLedger } from '../ledger/live-ledger.ts'
import { demandOf } from './demand.ts'
import type { Demand } from './demand.ts'
import type { Finding } from './findings.ts'
import { outcomeOf } from './outcome.ts'
import type { Company, Law, Outcome } from './outcome.ts'
import { automaticHostOf, rerouted } from './reroute.ts'

/** What a decision is made with besides the ledger and the wishes. */
export interface Bench {
  readonly law: Law
  readonly settings: Settings
}

/** A demand and what it comes to. */
export interface Decision {
  readonly demand: Demand
  readonly outcome: Outcome
  /** Where it is served instead of at others' hosts, and why. */
  readonly elsewhere?: { readonly host: string; readonly findings: readonly Finding[] }
}

/** At its service's automatic host, if nothing but others' hosts stands against it where it wants to be. */
function decideElsewhere(
  { demand, outcome }: Decision,
  ledger: LiveLedger,
  company: Company,
  { law, settings }: Bench,
): Decision | undefined {
  const { entry, network, protocol } = demand
  const host = automaticHostOf(entry, network, settings)
  const taken = outcome.refusals.flatMap((finding) => finding.taken ?? [])
  if (protocol !== 'http' || law.policy.forks !== 'auto-route' || host === undefined) return undefined
  if (taken.length < outcome.refusals.length) return undefined
  const moved = demandOf(rerouted(entry, new Set(taken), host, settings), network, settings)
  const result = outcomeOf(moved, ledger, law, company)
  if (result.refusals.length > 0) return undefined
  return { demand: moved, outcome: result, elsewhere: { host, findings: outcome.refusals } }
}

/** Whether what its network wants besides matters to it. */
export const isByItself = ({ uses, asks }: Demand): boolean => uses.length === 0 && asks === undefined

export function decide(demand: Demand, ledger: LiveLedger, company: Company, bench: Bench): Decision {
  const there = { demand, outcome: outcomeOf(demand, ledger, bench.law, company) }
  return there.outcome.refusals.length === 0 ? there : (decideElsewhere(there, ledger, company, bench) ?? there)
}

const RANKS = 2 ** 20
/** Below every priority that a rule has of itself, its length. Wildcards come before rules for any host, as the narrower ones. */
const WILDCARDS = -(2 ** 31)
const ANY_HOST = -(2 ** 32)

const labelsIn = (host: string): number => host.split('.').length

/**
 * The priority of a router that may take only what nobody else takes: after everybody else's, never that of a router of another
 * network, and in the order that its network's own have among each other.
 */
function lastPriority({ entry, network, unbound, hosts }: Demand): number {
  const { priority, rule = '' } = entry.value as { readonly priority?: number | bigint; readonly rule?: string }
  const own = Number(priority ?? 0) === 0 ? rule.length : Number(priority)
  const rank = Math.min(Math.max(own, 0), RANKS - 1)
  return unbound.length > 0
    ? ANY_HOST - network * RANKS + rank
    : WILDCARDS + Math.min(...hosts.map(({ name }) => labelsIn(name))) * RANKS + rank
}

/** The router as it is served. */
export function served({ demand, outcome }: Decision): Entry {
  const { entry, asks } = demand
  const { isLast, found } = outcome
  const ordered = isLast ? withFields(entry, { priority: lastPriority(demand) }) : entry
  return asks && found ? withFields(ordered, { entryPoints: [`${asks.protocol}-${found.port}`] }) : ordered
}
