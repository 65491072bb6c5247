import type { Diagnostic } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import { referenceMissing } from '../network/messages.ts'
import { dependentsOf } from '../network/dependents.ts'
import { ties } from '../network/ties.ts'
import type { Book } from './book.ts'
import type { Demand } from './demand.ts'
import { entryPointAllocated, shareExceeded } from './findings.ts'
import type { Finding } from './findings.ts'
import { entryPointKey } from './ledger.ts'
import type { EntryPointClaim } from './ledger.ts'
import { couldExceed } from './load.ts'
import type { Load } from './load.ts'
import {
  catchesAll,
  letPass,
  nameOf,
  nowhereElse,
  portAllocated,
  refused,
  ruleTakenByOwn,
  servedElsewhere,
} from './messages.ts'
import { hasToClaim } from './outcome.ts'
import { served, decide } from './decide.ts'
import type { Bench, Decision } from './decide.ts'
import { createTally } from './shares.ts'
import { askOf, byAge } from './survey.ts'
import type { Survey } from './survey.ts'

/** What a network uses of what it has in the ledger, by the ledger's keys. */
export interface Used {
  readonly hosts: ReadonlySet<string>
  readonly entryPoints: ReadonlyMap<string, EntryPointClaim['use']>
  readonly ports: ReadonlySet<string>
}

/** One network's wishes beside the ledger. */
export interface Judgement {
  readonly gone: readonly Entry[]
  readonly come: readonly Entry[]
  readonly diagnostics: readonly Diagnostic[]
  /** Routers that ask for a port where none is free. They are gone, and nothing is said of them yet. */
  readonly waiting: readonly Demand[]
  /** What has to be claimed before all this is true. */
  readonly claimants: readonly Demand[]
  /** What could be claimed after that, perhaps. */
  readonly hopeful: readonly Demand[]
  readonly used: Used
  /** Whether it stays as it is whatever others claim besides. */
  readonly isSettled: boolean
}

/** Whether all is granted as it is wished, and nothing is to be said or claimed. */
export const isPlain = ({ gone, diagnostics, waiting, claimants, hopeful }: Judgement): boolean =>
  [gone, diagnostics, waiting, claimants, hopeful].every(({ length }) => length === 0)

/** Whether a decision grants a router as it is wished, once it has claimed what it has to. */
export function isAsWished(decision: Decision, bench: Bench): boolean {
  const { demand, outcome, elsewhere } = decision
  const { refusals, asides, isWaiting } = outcome
  const isGranted = refusals.length === 0 && asides.length === 0 && !isWaiting && elsewhere === undefined
  return isGranted && served(decision, bench) === demand.entry
}

/** Reasons beyond these are left unsaid. */
const MAX_REASONS = 5

/** A network's wishes, being judged. */
interface Trial {
  readonly survey: Survey
  readonly lost: Set<Entry>
  /** What is served in an entry's place. */
  readonly changed: Map<Entry, { readonly entry: Entry; readonly decision: Decision }>
  readonly diagnostics: Diagnostic[]
}

function refuse({ lost, diagnostics }: Trial, entry: Entry, findings: readonly Finding[]): void {
  lost.add(entry)
  for (const finding of findings.slice(0, MAX_REASONS)) diagnostics.push(...refused(entry, finding))
}

/** Of routers that want the same once they are changed, leaves those that weren't, and the oldest. */
function withoutTies({ survey, lost, changed, diagnostics }: Trial): void {
  const kept = survey.routers.map(({ entry }) => entry).filter((entry) => !lost.has(entry) && !changed.has(entry))
  const originals = new Map([...changed].map(([original, { entry }]) => [entry, original]))
  for (const [entry, holder] of [...ties([...kept, ...originals.keys()])]) {
    const original = originals.get(entry)
    const elsewhere = original && changed.get(original)?.decision.elsewhere
    if (!original) continue
    lost.add(original)
    changed.delete(original)
    if (!elsewhere) diagnostics.push(...ruleTakenByOwn(original, holder))
    for (const finding of elsewhere?.findings.slice(0, MAX_REASONS) ?? [])
      diagnostics.push(...nowhereElse(original, finding, elsewhere?.host ?? '', holder))
  }
}

/** Nothing may lead to what isn't served. */
function withoutDependents({ survey, lost, changed, diagnostics }: Trial): void {
  if (lost.size === 0) return
  const paths = [...lost].map(({ path }) => path)
  for (const [entry, reference] of dependentsOf(survey.wishes.entries.values(), paths)) {
    if (lost.has(entry)) continue
    lost.add(entry)
    changed.delete(entry)
    for (const origin of entry.origins) diagnostics.push(referenceMissing(origin, nameOf(entry), nameOf(reference)))
  }
}

/** What is said of routers that are served otherwise than they ask. */
function explain({ changed, diagnostics }: Trial): void {
  for (const [original, { decision }] of changed) {
    const { demand, outcome, elsewhere } = decision
    for (const finding of elsewhere?.findings.slice(0, MAX_REASONS) ?? [])
      diagnostics.push(...servedElsewhere(original, finding, elsewhere?.host ?? ''))
    if (outcome.isLast && demand.unbound.length > 0) diagnostics.push(...catchesAll(original))
    if (outcome.found) diagnostics.push(...portAllocated(original, outcome.found.port))
  }
}

/** How much it would have if all that it wants were new to it. */
const atMost = ({ load, network }: Survey, book: Book): Pick<Load, 'hosts' | 'ports'> => ({
  hosts: book.hostsOf(network) + load.hosts,
  ports: book.entryPointsOf(network) + load.ports,
})

/** What the network gets with the ledger as it is, and what it would have to claim for that. */
export function judge(survey: Survey, book: Book, bench: Bench): Judgement {
  const { network, company, routers, contested, oversize } = survey
  const { shares, guards } = bench.law.policy
  const trial: Trial = { survey, lost: new Set(), changed: new Map(), diagnostics: [] }
  const tally = createTally(network, shares, bench.settings, book)
  const isCounted = guards.has('shares') && couldExceed(survey.load, shares, atMost(survey, book))
  const waiting: Demand[] = []
  const claimants: Demand[] = []
  const hopeful: Demand[] = []
  const hosts = new Set<string>()
  const entryPoints = new Map<string, EntryPointClaim['use']>()
  const ports = new Set<string>()
  let isSettled = true

  for (const [entry, bytes] of oversize) refuse(trial, entry, [shareExceeded('bytes', network, bytes, shares.bytes)])

  /** Why a router that could be served isn't: its network has too much, or another router of it has its port. */
  function objection({ demand, outcome }: Decision): Finding | undefined {
    const ask = askOf(demand)
    if (ask !== undefined && ports.has(ask) && outcome.found && demand.asks)
      return entryPointAllocated(`${demand.asks.protocol}-${outcome.found.port}`, {
        ...demand.asks,
        service: demand.entry.by?.service ?? '',
      })
    return isCounted ? tally.admit(demand, outcome) : undefined
  }

  /** Counts it as if it had claimed everything. */
  const isTooMuch = (demand: Demand, { outcome }: Decision): boolean =>
    isCounted && tally.admit(demand, { ...outcome, hosts: demand.hosts.map(({ name }) => name) }) !== undefined

  function grant({ entry }: Demand, decision: Decision): void {
    const { demand, outcome } = decision
    const ask = askOf(demand)
    for (const { name } of demand.hosts) hosts.add(name)
    for (const { key, use } of demand.uses) if (entryPoints.get(key) !== 'alone') entryPoints.set(key, use)
    if (ask !== undefined && demand.asks && outcome.found) {
      ports.add(ask)
      entryPoints.set(entryPointKey(demand.asks.protocol, `${demand.asks.protocol}-${outcome.found.port}`), 'alone')
    }
    const now = served(decision, bench)
    if (now !== entry) trial.changed.set(entry, { entry: now, decision })
    for (const finding of outcome.asides.slice(0, MAX_REASONS)) trial.diagnostics.push(...letPass(entry, finding))
    if (hasToClaim(outcome)) claimants.push(demand)
  }

  for (const demand of routers.length > shares.routers ? [...routers].sort(byAge) : contested) {
    const { entry } = demand
    if (trial.lost.has(entry)) continue
    const decision = decide(demand, book, company, bench)
    const { refusals, isWaiting } = decision.outcome
    isSettled &&= decision.isLasting
    const finding = refusals.length === 0 && !isWaiting ? objection(decision) : undefined
    if (refusals.length === 0 && !isWaiting && !finding) {
      grant(demand, decision)
      continue
    }
    refuse(trial, entry, finding ? [finding] : refusals)
    if (refusals.length === 0 && isWaiting) waiting.push(demand)
    if (refusals.length > 0 && refusals.every(({ needs }) => needs !== undefined) && !isTooMuch(demand, decision))
      hopeful.push(demand)
  }

  if (trial.changed.size > 0) withoutTies(trial)
  withoutDependents(trial)
  explain(trial)
  const { lost, changed, diagnostics } = trial
  return {
    gone: [...lost, ...changed.keys()],
    come: [...changed.values()].map(({ entry }) => entry),
    diagnostics,
    waiting,
    claimants,
    hopeful,
    used: { hosts, entryPoints, ports },
    isSettled,
  }
}
