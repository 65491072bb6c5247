import type { Diagnostic, NetworkId } from '@route-server/plugin-api'
import { createBag } from '../bag.ts'
import { isRouter } from '../document/entry.ts'
import type { Entry } from '../document/entry.ts'
import type { Used } from '../ledger/aged.ts'
import { isWildcard } from '../ledger/fixed-owners.ts'
import { allocationKey, certificateKey, entryPointKey } from '../ledger/ledger.ts'
import type { EntryPointClaim } from '../ledger/ledger.ts'
import type { LiveLedger } from '../ledger/live-ledger.ts'
import type { EntryChange } from '../network/network.ts'
import { byAge } from './case.ts'
import type { Case, Queue, Wishes } from './case.ts'
import { decide, isByItself, served } from './decide.ts'
import type { Bench } from './decide.ts'
import { demandOf } from './demand.ts'
import type { Demand } from './demand.ts'
import { createDependents } from './dependents.ts'
import { createExplanations } from './explain.ts'
import { hasToClaim } from './outcome.ts'
import { createQuota } from './quota.ts'
import type { Ask, Quota } from './quota.ts'
import { bySeniority } from './seniority.ts'
import { askOf, bytesAsk, MERE_ROUTER, routerLimits } from './shares.ts'
import { createTies } from './ties.ts'

/** Whether the router wants only what is its network's by name, or by the operator's word. */
const isUncontested = (
  { hosts, unbound, mistakes, uses, asks, network }: Demand,
  { law: { owners } }: Bench,
): boolean =>
  unbound.length === 0 &&
  mistakes.length === 0 &&
  uses.length === 0 &&
  asks === undefined &&
  hosts.every(({ name }) => !isWildcard(name) && owners.ownerOf(name)?.network === network)

/** Whether it has what it wants, or could claim it. */
const isAllowed = ({ decision, isRival }: Case): boolean =>
  !isRival && (!decision || (decision.outcome.refusals.length === 0 && !decision.outcome.isWaiting))

/** Whether nothing is in its way but hosts that its network doesn't have yet. */
const isHopeful = ({ decision }: Case): boolean => {
  const refusals = decision?.outcome.refusals ?? []
  return refusals.length > 0 && refusals.every(({ needs }) => needs !== undefined)
}

const askKeyOf = ({ asks, network, entry }: Demand): string | undefined =>
  asks && allocationKey({ ...asks, network, service: entry.by?.service ?? '' })

/** Whether the two say the same about the same containers. */
const isSame = (a: Entry | undefined, b: Entry | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.text === b.text && a.by === b.by && a.origins === b.origins)

/** What became of one network's wishes since it was last asked. */
export interface Verdict extends Omit<EntryChange, 'said'> {
  /** What is to be said about routers whose verdict is new. */
  readonly said: (queue: Queue) => readonly Diagnostic[]
}

export interface JudgeOptions {
  readonly network: NetworkId
  readonly bench: Bench
  readonly ledger: LiveLedger
  readonly wishes: Wishes
  /** Told of each router that has something to claim, and of each that has nothing any more. */
  readonly claims: (one: Case, hasTo: boolean) => void
  /** Told of each router that is there, and of each that isn't any more, unless nobody might have something against it. */
  readonly watch: (one: Case, isThere: boolean) => void
}

/** Judges one network's wishes beside the ledger, from change to change. */
export interface Judge {
  /** Takes in wishes that are other than before. */
  file(gone: readonly Entry[], come: readonly Entry[]): void
  /** The ledger isn't what it was, as far as this router is concerned. */
  reconsider(one: Case): void
  /** Its network has other claims than before. `isMore`: nothing but more of them. Returns whether that may matter to somebody. */
  recount(isMore: boolean): boolean
  /** Decides what is to be decided, with the ledger as it is. */
  settle(): void
  /** What is served otherwise than when this was last asked. */
  verdict(): Verdict
  /** By path, what is served. */
  readonly served: ReadonlyMap<string, Entry>
  /** Routers that ask for a port where none is free. */
  readonly waiting: ReadonlySet<Case>
  readonly isEmpty: boolean
  diagnostics(queue: Queue): readonly Diagnostic[]
  /** What is to be said about what stands at these paths. */
  about(paths: readonly string[], queue: Queue): readonly Diagnostic[]
  used(): Used
}

export function createJudge({ network, bench, ledger, wishes, claims, watch }: JudgeOptions): Judge {
  const { policy } = bench.law
  const { shares } = policy
  const isShared = policy.guards.has('shares')
  const cases = new Map<string, Case>()
  const quota: Quota<Case> = createQuota(routerLimits(shares), byAge)
  let bytes = 0
  /** Made when there are too many: most networks are far below their share. */
  let bytesQuota: Quota<Entry> | undefined
  /** Entries for which its part of the document would be too large. */
  const oversize = new Set<Entry>()
  const named = createBag()
  const asked = createBag()
  const company = { named: named.keys, asked: asked.keys }
  /** Those to which it matters what else their network wants. */
  const social = new Set<Case>()
  /** Those that count by what their network has claimed besides. */
  const claiming = new Set<Case>()
  /** What one of them adds to that at most. */
  let mostHosts = 0
  let mostPorts = 0
  let mostCertificates = 0
  const waiting = new Set<Case>()
  const undecided = new Set<Case>()
  /** Paths that may be served otherwise than before. */
  const touched = new Set<string>()
  const now = new Map<string, Entry>()
  const ties = createTies(byAge)
  const dependents = createDependents(wishes)

  const touch = ({ demand: { entry } }: Case): void => void touched.add(entry.path)
  const isGranted = (one: Case): boolean =>
    isAllowed(one) && !oversize.has(one.demand.entry) && (!isShared || quota.isGranted(one))

  function enter(entry: Entry): void {
    const demand = demandOf(entry, network, bench.settings)
    const one: Case = { demand, entry, isRival: false }
    cases.set(entry.path, one)
    if (isUncontested(demand, bench)) {
      if (isShared) quota.ask(one, MERE_ROUTER)
      return
    }
    undecided.add(one)
    watch(one, true)
    associate(one, 1)
  }

  function leave(path: string, one: Case): void {
    cases.delete(path)
    if (isShared) quota.ask(one, undefined)
    undecided.delete(one)
    ties.change(one, undefined)
    claims(one, false)
    claiming.delete(one)
    waiting.delete(one)
    watch(one, false)
    associate(one, -1)
  }

  /** What it wants matters to others of its network that want entry points. */
  function associate(one: Case, by: 1 | -1): void {
    const { uses, asks } = one.demand
    if (isByItself(one.demand)) return
    if (by === 1) social.add(one)
    else social.delete(one)
    const ask = asks && askKeyOf(one.demand)
    const isNews = [...uses.map(({ key }) => named.change(key, by)), ask !== undefined && asked.change(ask, by)]
    // Which of several has the port depends on all that ask for it.
    if (isNews.includes(true) || ask !== undefined) for (const other of social) undecided.add(other)
  }

  function weigh(gone: readonly Entry[], come: readonly Entry[]): void {
    if (!isShared) return
    for (const { text } of gone) bytes -= text.length
    for (const { text } of come) bytes += text.length
    if (!bytesQuota && bytes <= shares.bytes) return
    const isFirst = bytesQuota === undefined
    bytesQuota ??= createQuota<Entry>([shares.bytes], bySeniority)
    for (const entry of gone) {
      if (!isFirst) bytesQuota.ask(entry, undefined)
      oversize.delete(entry)
    }
    for (const entry of isFirst ? wishes.entries.values() : come) bytesQuota.ask(entry, bytesAsk(entry.text))
    for (const entry of bytesQuota.settle()) {
      if (bytesQuota.isGranted(entry)) oversize.delete(entry)
      else oversize.add(entry)
      touched.add(entry.path)
      const one = cases.get(entry.path)
      if (one?.demand.entry !== entry) continue
      if (one.decision) undecided.add(one)
      else count(one)
    }
  }

  /** What it counts as; `undefined`: it isn't counted. */
  function askFor(one: Case): Ask | undefined {
    const { decision } = one
    if (oversize.has(one.demand.entry)) return undefined
    if (!decision) return MERE_ROUTER
    const hopes = isHopeful(one)
    return isAllowed(one) || hopes ? askOf(decision, hopes, ledger) : undefined
  }

  function count(one: Case): void {
    touch(one)
    if (!isShared) return
    const ask = askFor(one)
    const [, hosts = 0, ports = 0, certificates = 0] = ask?.least ?? []
    if (hosts + ports + certificates > 0) claiming.add(one)
    else claiming.delete(one)
    if (hosts > 0) mostHosts = Math.max(mostHosts, hosts - ledger.hostsOf(network))
    if (ports > 0) mostPorts = Math.max(mostPorts, ports - ledger.entryPointsOf(network))
    if (certificates > 0) mostCertificates = Math.max(mostCertificates, certificates - ledger.certificatesOf(network))
    quota.ask(one, ask)
  }

  function decideAll(): void {
    for (const one of undecided) {
      one.decision = decide(one.demand, ledger, company, bench)
      const entry = served(one.decision)
      if (!isSame(one.entry, entry)) one.entry = entry
      if (one.decision.outcome.isWaiting && one.decision.outcome.refusals.length === 0) waiting.add(one)
      else waiting.delete(one)
      if (one.demand.asks) one.isRival = false
      count(one)
    }
    undecided.clear()
  }

  /** Of several routers that ask for one port, the oldest that may have it has it. Returns whether that is news. */
  function foundRivals(): boolean {
    const holders = new Set<string>()
    let isNews = false
    for (const one of [...social].filter(({ demand }) => demand.asks).sort(byAge)) {
      const key = askKeyOf(one.demand) ?? ''
      const { refusals = [], isWaiting = true, found } = one.decision?.outcome ?? {}
      if (refusals.length > 0 || isWaiting || !found) continue
      const isRival = holders.has(key)
      if (isRival !== one.isRival) {
        one.isRival = isRival
        isNews = true
        count(one)
      }
      if (isGranted(one)) holders.add(key)
    }
    return isNews
  }

  function servedAt(path: string): Entry | undefined {
    const entry = wishes.entries.get(path)
    if (!entry || dependents.isLost(path)) return undefined
    const one = cases.get(path)
    if (!one) return oversize.has(entry) ? undefined : entry
    return isGranted(one) && !ties.holderOf(one) ? one.entry : undefined
  }

  const explain = createExplanations({
    network,
    policy,
    wishes,
    cases,
    oversize,
    waiting,
    served: now,
    isGranted,
    holderOf: (one) => ties.holderOf(one),
    lostReferenceOf: (entry) => dependents.lostReferenceOf(entry),
    excess: (one) => (isAllowed(one) && isShared ? quota.excess(one) : undefined),
    bytesExcess: (entry) => bytesQuota?.excess(entry),
  })

  return {
    served: now,
    waiting,
    get isEmpty() {
      return wishes.entries.size === 0
    },
    file(gone, come) {
      for (const { path } of gone) {
        touched.add(path)
        const one = cases.get(path)
        if (one) leave(path, one)
      }
      for (const entry of come) {
        touched.add(entry.path)
        if (isRouter(entry)) enter(entry)
      }
      dependents.file(gone, come)
      weigh(gone, come)
    },
    reconsider: (one) => void undecided.add(one),
    recount(isMore) {
      if (!isShared) return false
      const isNear =
        ledger.hostsOf(network) + mostHosts > shares.hosts ||
        ledger.entryPointsOf(network) + mostPorts > shares.ports ||
        ledger.certificatesOf(network) + mostCertificates > shares.certificateHosts
      if (isNear || !isMore) for (const one of claiming) count(one)
      return isNear || !isMore
    },
    settle() {
      const counted = new Set(undecided)
      decideAll()
      for (let isNews = true; isNews;) {
        for (const one of isShared ? quota.settle() : []) {
          touch(one)
          counted.add(one)
        }
        isNews = [...counted].some(({ demand }) => demand.asks !== undefined) && foundRivals()
      }
      for (const one of counted)
        claims(one, one.decision !== undefined && hasToClaim(one.decision.outcome) && isGranted(one))
    },
    verdict() {
      for (const path of touched) {
        const one = cases.get(path)
        if (one) ties.change(one, isGranted(one) ? one.entry : undefined)
      }
      for (const one of ties.settle()) touch(one)
      const paths = new Set(touched)
      touched.clear()
      const before = new Map<string, Entry | undefined>()
      for (const path of paths) {
        const was = now.get(path)
        const is = servedAt(path)
        if (!before.has(path)) before.set(path, was)
        if (!isSame(was, is)) {
          if (is) now.set(path, is)
          else now.delete(path)
        }
        // Those that it concerns are looked at once more, after it.
        for (const dependent of dependents.change(path, is === undefined && wishes.entries.has(path))) {
          paths.delete(dependent)
          paths.add(dependent)
        }
      }
      const gone: Entry[] = []
      const come: Entry[] = []
      for (const [path, was] of before) {
        const is = now.get(path)
        if (was === is) continue
        if (was) gone.push(was)
        if (is) come.push(is)
      }
      return { gone, come, said: (queue) => explain.some([...paths], queue) }
    },
    diagnostics: (queue) => explain.all(queue),
    about: (paths, queue) => explain.some(paths, queue),
    used() {
      const hosts = new Set<string>()
      const entryPoints = new Map<string, EntryPointClaim['use']>()
      const ports = new Set<string>()
      const certificates = new Set<string>()
      for (const one of cases.values()) {
        if (!one.decision || !isGranted(one)) continue
        const { demand, outcome } = one.decision
        for (const { name } of demand.hosts) hosts.add(name)
        for (const host of demand.certificates) certificates.add(certificateKey(network, host))
        for (const { key, use } of demand.uses) if (entryPoints.get(key) !== 'alone') entryPoints.set(key, use)
        const ask = askKeyOf(demand)
        if (ask === undefined || !demand.asks || !outcome.found) continue
        ports.add(ask)
        entryPoints.set(entryPointKey(demand.asks.protocol, `${demand.asks.protocol}-${outcome.found.port}`), 'alone')
      }
      return { hosts, entryPoints, ports, certificates }
    },
  }
}
