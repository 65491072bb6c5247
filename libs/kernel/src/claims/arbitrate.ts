import type { Diagnostic, NetworkId, Settings } from '@route-server/plugin-api'
import { createAgenda } from '../agenda.ts'
import type { Entry } from '../document/entry.ts'
import type { Used } from '../ledger/aged.ts'
import { fixedOwners, isWildcard, parentOf, wildcardsAbove } from '../ledger/fixed-owners.ts'
import { allocatedEntryPoint, isNoChange, LEDGER_PARTS, ledgerChange, ownershipIn } from '../ledger/ledger.ts'
import type { Ledger, LedgerChange } from '../ledger/ledger.ts'
import { openLedger } from '../ledger/live-ledger.ts'
import { createMultimap } from '../multimap.ts'
import type { Policy } from '../policy.ts'
import { registeredPorts } from './allocate.ts'
import type { Bench } from './decide.ts'
import { byAge } from './case.ts'
import type { Case, Queue, Wishes } from './case.ts'
import { createJudge } from './judge.ts'
import type { Judge, Verdict } from './judge.ts'
import { claimsOf } from './outcome.ts'

/** A service's port for which no entry point is free. */
export interface Waiting {
  readonly network: NetworkId
  readonly protocol: 'tcp' | 'udp'
  /** As a DNS label. */
  readonly service: string
  /** That the service listens on. */
  readonly port: number
}

/** A network's wishes that are other than before. */
export interface WishChange {
  readonly wishes: Wishes
  readonly gone: readonly Entry[]
  readonly come: readonly Entry[]
}

/** What came of a change. */
export interface Arbitration {
  /** Of the networks of which something is served otherwise, or is to be said. */
  readonly verdicts: ReadonlyMap<NetworkId, Verdict>
  /** What was claimed. */
  readonly claimed: LedgerChange
}

/**
 * Decides what each network gets of what all have in common: hosts, entry points, ports. Whoever is older claims first, and a claim once made
 * decides. What comes out follows from everybody's wishes and the ledger alone, whatever the history.
 */
export interface Arbiter {
  /** Takes in wishes that are other than before. `now` stands in new claims; milliseconds since 1970. */
  apply(changes: ReadonlyMap<NetworkId, WishChange>, now: number): Arbitration
  /** Puts another ledger in the place of this one, and gives what is other in it. */
  decree(ledger: Ledger): LedgerChange
  /** As it is now. */
  readonly ledger: Ledger
  /** By path, what is served of a network. */
  served(network: NetworkId): ReadonlyMap<string, Entry>
  diagnostics(network: NetworkId): readonly Diagnostic[]
  /** What is to be said about what a network wants at these paths. */
  about(network: NetworkId, paths: readonly string[]): readonly Diagnostic[]
  /** What each network uses of what it has in the ledger. */
  used(): ReadonlyMap<NetworkId, Used>
  /** The same of one. */
  usedBy(network: NetworkId): Used | undefined
  /** The oldest first. */
  waiting(): readonly Waiting[]
  /** How many wait. */
  queue(): Queue
}

const NOTHING: ReadonlyMap<string, Entry> = new Map()

export function createArbiter(settings: Settings, policy: Policy, from: Ledger): Arbiter {
  const bench: Bench = {
    law: { policy, owners: fixedOwners(settings, policy), registered: registeredPorts(settings, policy) },
    settings,
  }
  const live = openLedger(from, bench.law.owners)
  const judges = new Map<NetworkId, Judge>()
  const unsettled = new Set<NetworkId>()
  const concerned = new Set<NetworkId>()
  /** Those that have something to claim, and may. */
  const claimants = createAgenda<Case>(byAge)
  /** By host, or wildcard, those that want it, or what is below it. */
  const byHost = createMultimap<string, Case>()
  /** By wildcard, those that want something below it. */
  const byWildcard = createMultimap<string, Case>()
  const byEntryPoint = createMultimap<string, Case>()
  const asking = new Set<Case>()

  function claims(one: Case, hasTo: boolean): void {
    if (hasTo) claimants.add(one)
    else claimants.delete(one)
  }

  function watch(one: Case, isThere: boolean): void {
    const does = isThere ? 'add' : 'delete'
    const { hosts, uses, asks } = one.demand
    for (const { name } of hosts) {
      byHost[does](name, one)
      // A wildcard is for whoever has the host above.
      if (isWildcard(name)) byHost[does](parentOf(name), one)
      for (const wildcard of wildcardsAbove(name)) byWildcard[does](wildcard, one)
    }
    for (const { key } of uses) byEntryPoint[does](key, one)
    if (asks) asking[does](one)
  }

  function judgeOf(network: NetworkId, wishes: Wishes): Judge {
    const known = judges.get(network) ?? createJudge({ network, bench, ledger: live, wishes, claims, watch })
    judges.set(network, known)
    return known
  }

  /** Whoever might decide otherwise now that a name is another's. */
  function* wantersOf(name: string): Iterable<Case> {
    yield* byHost.of(name)
    for (const wildcard of wildcardsAbove(name)) yield* byHost.of(wildcard)
    if (isWildcard(name)) yield* byWildcard.of(name)
  }

  /** Those of one network that want a certificate for one host. */
  function* certificateWantersOf(key: string): Iterable<Case> {
    const [network, host = ''] = key.split(' ')
    for (const one of byHost.of(host)) if (one.demand.network === Number(network)) yield one
  }

  /** Has everybody look again whom a change of the ledger concerns. Returns whether that is somebody else than who made it. */
  function spread(change: LedgerChange, maker?: Case): boolean {
    let isOthers = false
    const look = (all: Iterable<Case>): void => {
      for (const one of all) {
        judges.get(one.demand.network)?.reconsider(one)
        unsettled.add(one.demand.network)
        isOthers ||= one !== maker
      }
    }
    for (const name of change.hosts.keys()) look(wantersOf(name))
    for (const key of change.entryPoints.keys()) look(byEntryPoint.of(key))
    for (const allocation of change.ports.values()) {
      if (allocation) look(byEntryPoint.of(allocatedEntryPoint(allocation)))
      else for (const key of byEntryPoint.keys()) look(byEntryPoint.of(key))
    }
    if (change.entryPoints.size + change.ports.size > 0) look(asking)
    for (const key of change.certificates.keys()) look(certificateWantersOf(key))
    return isOthers
  }

  function settle(): void {
    for (const network of unsettled) {
      judges.get(network)?.settle()
      concerned.add(network)
    }
    unsettled.clear()
  }

  /** The oldest claims what it has to, those whom that concerns look again, and so on until nobody has anything to claim. */
  function claimAll(now: number): LedgerChange {
    const claimed = { hosts: new Map(), entryPoints: new Map(), ports: new Map(), certificates: new Map() }
    settle()
    for (let one = claimants.next(); one?.decision; one = claimants.next()) {
      const { demand, outcome } = one.decision
      const change = claimsOf(demand, outcome, live, now)
      for (const part of LEDGER_PARTS) for (const [key, value] of change[part]) claimed[part].set(key, value)
      live.write(change)
      const isOthers = spread(change, one)
      if (judges.get(demand.network)?.recount(true) || isOthers || claimants.size === 0) settle()
    }
    return claimed
  }

  const waitingCases = (): readonly Case[] => [...judges.values()].flatMap(({ waiting }) => [...waiting]).sort(byAge)

  function queue(): Queue {
    const waiting = waitingCases().map(({ demand }) => demand.asks?.protocol)
    const count = (protocol: 'tcp' | 'udp'): number => waiting.filter((one) => one === protocol).length
    return { tcp: count('tcp'), udp: count('udp') }
  }

  return {
    ledger: live.ledger,
    apply(changes, now) {
      for (const [network, { wishes, gone, come }] of changes) {
        judgeOf(network, wishes).file(gone, come)
        unsettled.add(network)
      }
      const claimed = claimAll(now)
      const verdicts = new Map<NetworkId, Verdict>()
      for (const network of concerned) {
        const judge = judges.get(network)
        if (!judge) continue
        verdicts.set(network, judge.verdict())
        if (judge.isEmpty) judges.delete(network)
      }
      concerned.clear()
      return { verdicts, claimed }
    },
    decree(ledger) {
      const change = ledgerChange(live.ledger, ledger)
      if (isNoChange(change)) return change
      // Nobody decides by how old a claim is.
      const moved = ownershipIn(change, live.ledger)
      live.write(change)
      if (isNoChange(moved)) return change
      spread(moved)
      for (const [network, judge] of judges) {
        judge.recount(false)
        unsettled.add(network)
      }
      return change
    },
    served: (network) => judges.get(network)?.served ?? NOTHING,
    diagnostics: (network) => judges.get(network)?.diagnostics(queue()) ?? [],
    about: (network, paths) => judges.get(network)?.about(paths, queue()) ?? [],
    used: () => new Map([...judges].map(([network, judge]) => [network, judge.used()])),
    usedBy: (network) => judges.get(network)?.used(),
    waiting: () =>
      waitingCases().flatMap(({ demand: { network, entry, asks } }) =>
        asks ? [{ network, service: entry.by?.service ?? '', ...asks }] : [],
      ),
    queue,
  }
}
