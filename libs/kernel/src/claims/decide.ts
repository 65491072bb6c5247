import type { NetworkId, Settings } from '@route-server/plugin-api'
import { entryOf } from '../document/entry.ts'
import type { Entry, Value } from '../document/entry.ts'
import type { Book } from './book.ts'
import type { Demand } from './demand.ts'
import type { Finding } from './findings.ts'
import { isLasting, outcomeOf } from './outcome.ts'
import type { Company, Law, Outcome } from './outcome.ts'
import { automaticHostOf, rerouted } from './reroute.ts'

/** What judging needs besides the ledger and the wishes. */
export interface Bench {
  readonly law: Law
  readonly settings: Settings
  readonly demandOf: (entry: Entry, network: NetworkId) => Demand
  /** What `make` makes of the entry, remembered under a name for as long as the entry is. */
  readonly variant: (entry: Entry, name: string, make: () => Entry) => Entry
  /** The same object for as long as the ledger only grows by claims: what is decided and lasting needn't be decided again. */
  readonly era: () => object
  readonly lasting: WeakMap<Demand, { readonly era: object; readonly decision: Decision }>
}

/** A demand and what it comes to. */
export interface Decision {
  readonly demand: Demand
  readonly outcome: Outcome
  /** Whether it stays so whatever others claim besides. */
  readonly isLasting: boolean
  /** Where it is served instead of at others' hosts, and why. */
  readonly elsewhere?: { readonly host: string; readonly findings: readonly Finding[] }
}

/** At its service's automatic host, if nothing but others' hosts stands against it where it wants to be. */
function decideElsewhere(
  { demand, outcome }: Decision,
  book: Book,
  company: Company,
  bench: Bench,
): Decision | undefined {
  const { law, settings, demandOf, variant } = bench
  const { entry, network, protocol } = demand
  const host = automaticHostOf(entry, network, settings)
  const taken = outcome.refusals.flatMap((finding) => finding.taken ?? [])
  if (protocol !== 'http' || law.policy.forks !== 'auto-route' || host === undefined) return undefined
  if (taken.length < outcome.refusals.length) return undefined
  const there = variant(entry, `without ${taken.join(' ')}`, () => rerouted(entry, new Set(taken), host, settings))
  const moved = demandOf(there, network)
  const result = outcomeOf(moved, book, law, company)
  if (result.refusals.length > 0) return undefined
  const elsewhere = { host, findings: outcome.refusals }
  return { demand: moved, outcome: result, isLasting: isLasting(outcome) && isLasting(result), elsewhere }
}

function decideAnew(demand: Demand, book: Book, company: Company, bench: Bench): Decision {
  const outcome = outcomeOf(demand, book, bench.law, company)
  const there = { demand, outcome, isLasting: isLasting(outcome) }
  return outcome.refusals.length === 0 ? there : (decideElsewhere(there, book, company, bench) ?? there)
}

/** Whether what its network wants besides matters to it. */
export const isByItself = ({ uses, asks }: Demand): boolean => uses.length === 0 && asks === undefined

export function decide(demand: Demand, book: Book, company: Company, bench: Bench): Decision {
  const era = bench.era()
  const known = bench.lasting.get(demand)
  if (known?.era === era) return known.decision
  const decision = decideAnew(demand, book, company, bench)
  if (decision.isLasting && isByItself(demand)) bench.lasting.set(demand, { era, decision })
  return decision
}

const withValue = (entry: Entry, changed: Value): Entry => entryOf({ ...entry, value: { ...entry.value, ...changed } })

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
export function served({ demand, outcome }: Decision, { variant }: Bench): Entry {
  const { entry, asks } = demand
  const { isLast, found } = outcome
  const ordered = isLast ? variant(entry, 'last', () => withValue(entry, { priority: lastPriority(demand) })) : entry
  if (!asks || !found) return ordered
  const entryPoints = [`${asks.protocol}-${found.port}`]
  return variant(ordered, `on ${found.port}`, () => withValue(ordered, { entryPoints }))
}
