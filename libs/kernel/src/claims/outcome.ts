import type { Guard, Policy } from '../policy.ts'
import { freePort } from './allocate.ts'
import type { Registered } from './allocate.ts'
import type { Book } from './book.ts'
import type { Demand, WantedHost } from './demand.ts'
import type { EntryPointUse } from './entry-points.ts'
import {
  cannotComeLast,
  certDomainTaken,
  entryPointAllocated,
  entryPointOwned,
  entryPointShared,
  hostOperators,
  hostTaken,
  topLevelOperators,
  wildcardUnowned,
} from './findings.ts'
import type { Finding } from './findings.ts'
import { allocationKey, entryPointKey } from './ledger.ts'
import { isWildcard, parentOf } from './standing.ts'
import type { Owner, Standing } from './standing.ts'

/** What every decision is made by, besides the ledger. */
export interface Law {
  readonly policy: Policy
  readonly standing: Standing
  readonly registered: Registered
}

/** What else the demand's network wants. */
export interface Company {
  /** Entry points that its routers name. */
  readonly named: ReadonlySet<string>
  /** Allocations that it asks for. */
  readonly asked: ReadonlySet<string>
}

/** What a demand comes to with the ledger as it is. */
export interface Outcome {
  /** Why it isn't granted; nothing where it is. */
  readonly refusals: readonly Finding[]
  /** What would be a refusal with the guard on. */
  readonly asides: readonly Finding[]
  /** What it has to claim first; nothing where it has everything. */
  readonly hosts: readonly string[]
  readonly uses: readonly EntryPointUse[]
  /** The port that was found for it; that has to be allocated first where `isNew`. */
  readonly found?: { readonly port: number; readonly isNew: boolean }
  /** Whether it asks for a port, and none is free. */
  readonly isWaiting: boolean
  /** Whether it may take only what nobody else takes. */
  readonly isLast: boolean
}

interface HostOutcome {
  readonly finding?: Finding
  readonly isClaim?: boolean
  readonly isLast?: boolean
}

const TAKEN = { rule: hostTaken, 'tls.domains': certDomainTaken } as const

function wildcardOutcome(
  wanted: WantedHost,
  owner: Owner | undefined,
  demand: Demand,
  book: Book,
  { standing }: Law,
): HostOutcome {
  const { name, path } = wanted
  const { network } = demand
  const below = book.heldBelow(name, network)
  if (owner?.by === 'operator' || book.hasRow(name, network))
    return { isLast: path === 'rule' && (below !== undefined || standing.coversAutomatic(name)) }
  if (standing.coversAutomatic(name)) return { finding: hostOperators(name, path) }
  const parent = parentOf(name)
  if (!parent.includes('.')) return { finding: topLevelOperators(name, path) }
  const holder = book.ownerOf(parent)
  if (holder && holder.network !== network) return { finding: TAKEN[path](name, holder, parent) }
  const belowOwner = below && book.ownerOf(below.name)
  if (belowOwner) return { finding: TAKEN[path](name, belowOwner, below.name) }
  if (!holder && !demand.hosts.some((other) => other.name === parent))
    return { finding: wildcardUnowned(name, parent, path) }
  return { isClaim: owner?.by !== 'name' }
}

function hostOutcome(wanted: WantedHost, demand: Demand, book: Book, law: Law): HostOutcome {
  const { name, path } = wanted
  const owner = book.ownerOf(name)
  if (owner && owner.network !== demand.network) return { finding: TAKEN[path](name, owner) }
  if (isWildcard(name)) return wildcardOutcome(wanted, owner, demand, book, law)
  return { isClaim: owner === undefined || (owner.by === 'claim' && !book.hasRow(name, demand.network)) }
}

/** Why the network can't use the entry point so. */
function entryPointFinding(
  { entryPoint, key, use }: EntryPointUse,
  { network, entry }: Demand,
  book: Book,
  { asked }: Company,
): Finding | undefined {
  const others = book.usersOf(key).filter((user) => user.network !== network)
  const alone = others.find((user) => user.use === 'alone')
  if (alone) return entryPointOwned(entryPoint, alone.network)
  if (use === 'alone' && others[0]) return entryPointShared(entryPoint, others[0].network)
  const allocation = book
    .allocatedOn(key)
    .find(
      (other) => asked.has(allocationKey(other)) || (other.network === network && other.service !== entry.by?.service),
    )
  return allocation && entryPointAllocated(entryPoint, allocation)
}

function hasUse({ key, use }: EntryPointUse, { network }: Demand, book: Book): boolean {
  const own = book.usersOf(key).find((user) => user.network === network)
  return own !== undefined && (own.use === 'alone' || use === 'shared')
}

/** The port that is found for the demand, with what it has to claim for that. */
function portOutcome(
  { network, entry, asks }: Demand,
  book: Book,
  { registered }: Law,
  { named }: Company,
): Pick<Outcome, 'found' | 'isWaiting'> {
  if (!asks) return { isWaiting: false }
  const service = entry.by?.service ?? ''
  const { protocol } = asks
  const stored = book.allocationOf(allocationKey({ network, protocol, service, port: asks.port }))
  if (stored && registered.has(protocol, stored.external)) {
    const users = book.usersOf(entryPointKey(protocol, `${protocol}-${stored.external}`))
    if (users.every((user) => user.network === network))
      return { found: { port: stored.external, isNew: !users.some(({ use }) => use === 'alone') }, isWaiting: false }
  }
  const port = freePort({ network, service, asks, named }, registered, book)
  return port === undefined ? { isWaiting: true } : { found: { port, isNew: true }, isWaiting: false }
}

/** What the demand comes to. Changes nothing. */
export function outcomeOf(demand: Demand, book: Book, law: Law, company: Company): Outcome {
  const { guards, catchAll } = law.policy
  const mayCatchAll = catchAll.includes(demand.network)
  const findings: Finding[] = [...demand.mistakes, ...(mayCatchAll ? [] : demand.unbound)]
  const hosts: string[] = []
  let isLast = mayCatchAll && demand.unbound.length > 0
  for (const wanted of demand.hosts) {
    const outcome = hostOutcome(wanted, demand, book, law)
    if (outcome.finding) findings.push(outcome.finding)
    if (outcome.isClaim) hosts.push(wanted.name)
    isLast ||= outcome.isLast === true
  }
  if (isLast) findings.push(...demand.besideHttp.map(cannotComeLast))
  const uses: EntryPointUse[] = []
  for (const use of demand.uses) {
    const finding = entryPointFinding(use, demand, book, company)
    if (finding) findings.push(finding)
    else if (!hasUse(use, demand, book)) uses.push(use)
  }
  const isEnforced = ({ guard }: { readonly guard: Guard }): boolean => guards.has(guard)
  return {
    refusals: findings.filter(isEnforced),
    asides: findings.filter((finding) => !isEnforced(finding)),
    hosts,
    uses,
    ...portOutcome(demand, book, law, company),
    isLast,
  }
}

/** Whether the demand is granted once it has claimed something. */
export const hasToClaim = ({ hosts, uses, found }: Outcome): boolean =>
  hosts.length > 0 || uses.length > 0 || found?.isNew === true

/** Whether it stays so whatever others claim besides. */
export const isLasting = (outcome: Outcome): boolean =>
  !hasToClaim(outcome) && ![...outcome.refusals, ...outcome.asides].some(({ isPassing }) => isPassing)

/** Writes down what the demand has to claim. */
export function claim({ network, entry, asks }: Demand, { hosts, uses, found }: Outcome, book: Book): void {
  for (const host of hosts) book.claimHost(host, network)
  for (const use of uses) book.claimEntryPoint(use, network)
  if (!asks || !found?.isNew) return
  const { protocol, port } = asks
  book.allocate({ protocol, port, service: entry.by?.service ?? '', external: found.port }, network)
  book.claimEntryPoint({ key: entryPointKey(protocol, `${protocol}-${found.port}`), use: 'alone' }, network)
}
