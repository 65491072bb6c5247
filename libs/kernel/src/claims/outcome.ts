import { isWildcard, parentOf } from '../ledger/fixed-owners.ts'
import type { FixedOwners, Owner } from '../ledger/fixed-owners.ts'
import { allocatedEntryPoint, allocationKey, certificateKey, entryPointKey } from '../ledger/ledger.ts'
import type { Allocation, EntryPointClaim, LedgerChange } from '../ledger/ledger.ts'
import { withUser } from '../ledger/live-ledger.ts'
import type { LiveLedger } from '../ledger/live-ledger.ts'
import type { Guard, Policy } from '../policy.ts'
import { freePort } from './allocate.ts'
import type { Registered } from './allocate.ts'
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

/** What every decision is made by, besides the ledger. */
export interface Law {
  readonly policy: Policy
  readonly owners: FixedOwners
  readonly registered: Registered
}

type Names = Pick<ReadonlySet<string>, 'has'>

/** What else the demand's network wants. */
export interface Company {
  /** Entry points that its routers name. */
  readonly named: Names
  /** Allocations that it asks for. */
  readonly asked: Names
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
  /** Hosts for which no certificate was asked for in the past week. */
  readonly certificates: readonly string[]
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
  ledger: LiveLedger,
  { owners }: Law,
): HostOutcome {
  const { name, path } = wanted
  const { network } = demand
  const below = ledger.heldBelow(name, network)
  if (owner?.by === 'operator' || ledger.hasRow(name, network))
    return { isLast: path === 'rule' && (below !== undefined || owners.coversAutomatic(name)) }
  if (owners.coversAutomatic(name)) return { finding: hostOperators(name, path) }
  const parent = parentOf(name)
  if (!parent.includes('.')) return { finding: topLevelOperators(name, path) }
  const holder = ledger.ownerOf(parent)
  if (holder && holder.network !== network) return { finding: TAKEN[path](name, holder, parent) }
  const belowOwner = below && ledger.ownerOf(below.name)
  if (belowOwner) return { finding: TAKEN[path](name, belowOwner, below.name) }
  if (!holder && !demand.hosts.some((other) => other.name === parent))
    return { finding: wildcardUnowned(name, parent, path) }
  return { isClaim: owner?.by !== 'name' }
}

function hostOutcome(wanted: WantedHost, demand: Demand, ledger: LiveLedger, law: Law): HostOutcome {
  const { name, path } = wanted
  const owner = ledger.ownerOf(name)
  if (owner && owner.network !== demand.network) return { finding: TAKEN[path](name, owner) }
  if (isWildcard(name)) return wildcardOutcome(wanted, owner, demand, ledger, law)
  return { isClaim: owner === undefined || (owner.by === 'claim' && !ledger.hasRow(name, demand.network)) }
}

/** Why the network can't use the entry point so. */
function entryPointFinding(
  { entryPoint, key, use }: EntryPointUse,
  { network, entry }: Demand,
  ledger: LiveLedger,
  { asked }: Company,
): Finding | undefined {
  const others = ledger.usersOf(key).filter((user) => user.network !== network)
  const alone = others.find((user) => user.use === 'alone')
  if (alone) return entryPointOwned(entryPoint, alone.network)
  if (use === 'alone' && others[0]) return entryPointShared(entryPoint, others[0].network)
  const [allocation] = [...ledger.allocatedOn(key)]
    .filter(
      (other) => asked.has(allocationKey(other)) || (other.network === network && other.service !== entry.by?.service),
    )
    .sort((a, b) => (allocationKey(a) < allocationKey(b) ? -1 : 1))
  return allocation && entryPointAllocated(entryPoint, allocation)
}

function hasUse({ key, use }: EntryPointUse, { network }: Demand, ledger: LiveLedger): boolean {
  const own = ledger.usersOf(key).find((user) => user.network === network)
  return own !== undefined && (own.use === 'alone' || use === 'shared')
}

/** The port that is found for the demand, with what it has to claim for that. */
function portOutcome(
  { network, entry, asks }: Demand,
  ledger: LiveLedger,
  { registered }: Law,
  { named }: Company,
): Pick<Outcome, 'found' | 'isWaiting'> {
  if (!asks) return { isWaiting: false }
  const service = entry.by?.service ?? ''
  const { protocol } = asks
  const stored = ledger.allocationOf(allocationKey({ network, protocol, service, port: asks.port }))
  if (stored && registered.has(protocol, stored.external)) {
    const users = ledger.usersOf(entryPointKey(protocol, `${protocol}-${stored.external}`))
    if (users.every((user) => user.network === network))
      return { found: { port: stored.external, isNew: !users.some(({ use }) => use === 'alone') }, isWaiting: false }
  }
  const port = freePort({ network, service, asks, named }, registered, ledger)
  return port === undefined ? { isWaiting: true } : { found: { port, isNew: true }, isWaiting: false }
}

/** What the demand comes to. Changes nothing. */
export function outcomeOf(demand: Demand, ledger: LiveLedger, law: Law, company: Company): Outcome {
  const { guards, catchAll } = law.policy
  const mayCatchAll = catchAll.includes(demand.network)
  const findings: Finding[] = [...demand.mistakes, ...(mayCatchAll ? [] : demand.unbound)]
  const hosts: string[] = []
  let isLast = mayCatchAll && demand.unbound.length > 0
  for (const wanted of demand.hosts) {
    const outcome = hostOutcome(wanted, demand, ledger, law)
    if (outcome.finding) findings.push(outcome.finding)
    if (outcome.isClaim) hosts.push(wanted.name)
    isLast ||= outcome.isLast === true
  }
  if (isLast) findings.push(...demand.besideHttp.map(cannotComeLast))
  const uses: EntryPointUse[] = []
  for (const use of demand.uses) {
    const finding = entryPointFinding(use, demand, ledger, company)
    if (finding) findings.push(finding)
    else if (!hasUse(use, demand, ledger)) uses.push(use)
  }
  const isEnforced = ({ guard }: { readonly guard: Guard }): boolean => guards.has(guard)
  return {
    refusals: findings.filter(isEnforced),
    asides: findings.filter((finding) => !isEnforced(finding)),
    hosts,
    uses,
    certificates: demand.certificates.filter((host) => !ledger.hasCertificate(host, demand.network)),
    ...portOutcome(demand, ledger, law, company),
    isLast,
  }
}

/** Whether the demand is granted once it has claimed something. */
export const hasToClaim = ({ hosts, uses, certificates, found }: Outcome): boolean =>
  hosts.length > 0 || uses.length > 0 || certificates.length > 0 || found?.isNew === true

/** What the demand has to claim. `now`: since when; milliseconds since 1970. */
export function claimsOf(
  { network, entry, asks }: Demand,
  { hosts, uses, certificates, found }: Outcome,
  ledger: LiveLedger,
  now: number,
): LedgerChange {
  const claim = { network, since: now, away: 0 }
  const entryPoints = new Map<string, readonly EntryPointClaim[]>()
  const ports = new Map<string, Allocation>()
  const claimEntryPoint = (key: string, use: EntryPointClaim['use']): void =>
    void entryPoints.set(key, withUser(entryPoints.get(key) ?? ledger.usersOf(key), network, use, now))
  for (const { key, use } of uses) claimEntryPoint(key, use)
  if (asks && found?.isNew === true) {
    const { protocol, port } = asks
    const allocation = { ...claim, protocol, port, service: entry.by?.service ?? '', external: found.port }
    ports.set(allocationKey(allocation), allocation)
    claimEntryPoint(allocatedEntryPoint(allocation), 'alone')
  }
  return {
    hosts: new Map(hosts.map((host) => [host, claim])),
    entryPoints,
    ports,
    certificates: new Map(certificates.map((host) => [certificateKey(network, host), { network, since: now }])),
  }
}
