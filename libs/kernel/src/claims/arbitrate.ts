import type { Diagnostic, NetworkId, Settings } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import { registeredPorts } from './allocate.ts'
import { openLedger } from './book.ts'
import type { Book } from './book.ts'
import { demandOf } from './demand.ts'
import type { Demand } from './demand.ts'
import { isAsWished, isPlain, judge } from './judge.ts'
import type { Judgement, Used } from './judge.ts'
import { EMPTY_LEDGER, isSameOwnership } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { portWaiting } from './messages.ts'
import { claim, hasToClaim, outcomeOf } from './outcome.ts'
import type { Company } from './outcome.ts'
import { decide, isByItself } from './decide.ts'
import type { Bench } from './decide.ts'
import { changedBy, couldExceed } from './load.ts'
import type { Load } from './load.ts'
import type { NetworkChange } from '../network/network.ts'
import { createStanding } from './standing.ts'
import { byAge, createSurveyor } from './survey.ts'
import type { Survey } from './survey.ts'
import { createTouch, hostsClaimed } from './touched.ts'
import type { HostClaims } from './touched.ts'

/** One network's entries, as its own merge left them. The same object for as long as nothing in it changes. */
export interface Wishes {
  readonly network: NetworkId
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
  /** What is other than in some entries before, if that is known. */
  readonly change?: NetworkChange
}

/** What becomes of one network's wishes. The same object for as long as it says the same. */
export interface Verdict {
  /** Entries that aren't served as they are: routers, and what refers to them. */
  readonly gone: readonly Entry[]
  /** Entries that stand in the place of some of these, under the same paths: at another host, or on the entry point that was found. */
  readonly come: readonly Entry[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A service's port for which no entry point is free. */
export interface Waiting {
  readonly network: NetworkId
  readonly protocol: 'tcp' | 'udp'
  /** As a DNS label. */
  readonly service: string
  /** That the service listens on. */
  readonly port: number
}

export interface Arbitration {
  /** The same object unless a claim or an allocation was added. */
  readonly ledger: Ledger
  /** Networks whose wishes are all granted as they are have none. */
  readonly verdicts: ReadonlyMap<NetworkId, Verdict>
  /** What each network uses of what it has in the ledger. */
  readonly used: () => ReadonlyMap<NetworkId, Used>
  /** The oldest first. */
  readonly waiting: readonly Waiting[]
}

/** Decides what each network gets of what all have in common: hosts, entry points, ports. Remembers what it decided for the same wishes. */
export type Arbiter = (networks: readonly Wishes[], ledger: Ledger, now: number) => Arbitration

/** What was made of an entry, by the name of what was done. */
function rememberedVariants(): Bench['variant'] {
  const made = new WeakMap<Entry, Map<string, Entry>>()
  return (entry, name, make) => {
    const variants = made.get(entry) ?? new Map<string, Entry>()
    made.set(entry, variants)
    const variant = variants.get(name) ?? make()
    variants.set(name, variant)
    return variant
  }
}

function rememberedDemands(settings: Settings): Bench['demandOf'] {
  const demands = new WeakMap<Entry, Demand>()
  return (entry, network) => {
    const demand = demands.get(entry) ?? demandOf(entry, network, settings)
    demands.set(entry, demand)
    return demand
  }
}

/** Who has what in the ledger, told apart by identity: ledgers that differ in the age of claims alone have the same. */
type Ownership = object

/** One network as it was judged last, and by what. */
interface Case {
  readonly wishes: Wishes
  readonly load: Load
  readonly ownership: Ownership
  readonly judgement: Judgement
  /** Left out where the judgement goes on from an older one. */
  readonly survey?: Survey
  /** That older one, while there is something to claim. */
  readonly base?: Case
}

/** Who may claim what it wants. */
interface Claimant {
  readonly demand: Demand
  readonly company: Company
}

const NOBODY: Company = { named: new Set(), asked: new Set() }

/** How many wait for a port. */
type Queue = Readonly<Record<Waiting['protocol'], number>>

/** A verdict, and what it was written from. */
interface Written {
  readonly judgement: Judgement
  readonly queue: Queue
  readonly verdict: Verdict | undefined
}

const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])

const isSameVerdict = (a: Verdict, b: Verdict): boolean =>
  isSame(a.gone, b.gone) && isSame(a.come, b.come) && JSON.stringify(a.diagnostics) === JSON.stringify(b.diagnostics)

/**
 * Whoever is older claims first, and a claim once made decides. Claims are made until nobody has one to make; what is said then
 * follows from each network's wishes and the ledger alone.
 */
export function createArbiter(settings: Settings, policy: Policy): Arbiter {
  const standing = createStanding(settings, policy)
  const law = { policy, standing, registered: registeredPorts(settings, policy) }
  const bench: Bench = {
    law,
    settings,
    demandOf: rememberedDemands(settings),
    variant: rememberedVariants(),
    era: () => lineage,
    lasting: new WeakMap(),
  }
  const surveyor = createSurveyor(policy, standing, bench.demandOf)
  const touches = createTouch()
  let cases: ReadonlyMap<NetworkId, Case> = new Map()
  let written: ReadonlyMap<NetworkId, Written> = new Map()
  let newest: Ledger = EMPTY_LEDGER
  let ownership: Ownership = {}
  /** Those from which the newest one came by claims alone, and itself. */
  let lineage = new WeakSet<Ownership>([ownership])
  /** What was claimed last, if that was hosts alone, and who had what before. */
  let step: { readonly from: Ownership; readonly claims: HostClaims | undefined } | undefined
  let book: Book = openLedger(newest, standing, 0)

  function turnTo(ledger: Ledger): void {
    if (newest === ledger) return
    step = { from: ownership, claims: hostsClaimed(newest, ledger) }
    newest = ledger
    ownership = {}
    lineage.add(ownership)
    book = openLedger(ledger, standing, 0)
  }

  const holds = ({ ownership: then, judgement }: Case): boolean =>
    then === ownership || (judgement.isSettled && lineage.has(then))

  /** Whether the last claims have nothing to do with a case that stood until then. */
  const isUntouched = ({ ownership: then, survey }: Case): boolean =>
    step?.claims !== undefined && survey !== undefined && then === step.from && !touches(step.claims, survey)

  /** The case as it goes on where all was granted, and what came since is, too: most events are such, and cost what they changed. */
  function continued(known: Case, wishes: Wishes): Case | undefined {
    const { network, change } = wishes
    if (change?.from !== known.wishes.entries || !isPlain(known.judgement) || !holds(known)) return undefined
    const [gone, come] = [change.gone, change.come].map((entries) => surveyor.contested(entries, network))
    if (!gone?.every(isByItself) || !come?.every(isByItself)) return undefined
    const decisions = come.map((demand) => decide(demand, book, NOBODY, bench))
    if (!decisions.every((decision) => isAsWished(decision, bench))) return undefined
    const claimants = decisions.filter(({ outcome }) => hasToClaim(outcome))
    const added = claimants.reduce((sum, { outcome }) => sum + outcome.hosts.length, 0)
    const claimed = { hosts: book.hostsOf(network) + added, ports: book.entryPointsOf(network) }
    const load = changedBy(known.load, surveyor.load(change.gone, network), surveyor.load(change.come, network))
    if (policy.guards.has('shares') && couldExceed(load, policy.shares, claimed)) return undefined
    const { ownership: then, judgement } = known
    if (decisions.every(({ isLasting }) => isLasting)) return { wishes, load, ownership: then, judgement }
    const pending = { ...judgement, claimants: claimants.map(({ demand }) => demand), isSettled: false }
    return { wishes, load, ownership, judgement: pending, base: known }
  }

  function judged(wishes: Wishes): Case {
    const known = cases.get(wishes.network)
    const isKnown = known?.wishes === wishes
    if (isKnown && holds(known)) return known
    if (isKnown && isUntouched(known)) return { ...known, ownership }
    const base = isKnown ? known.base : known
    const next = base && continued(base, wishes)
    if (next) return next
    const survey = (isKnown ? known.survey : undefined) ?? surveyor.survey(wishes)
    return { wishes, load: survey.load, survey, ownership, judgement: judge(survey, book, bench) }
  }

  /** The ledger after everybody who has something to claim has claimed it, the oldest first. */
  function claimed(round: readonly Case[], ledger: Ledger, now: number): Ledger {
    if (round.every(({ judgement }) => judgement.claimants.length === 0)) return ledger
    const draft = openLedger(ledger, standing, now)
    const hopeful = new Map<string, Claimant[]>()

    function attempt(claimant: Claimant): void {
      const { demand, company } = claimant
      const outcome = outcomeOf(demand, draft, law, company)
      const keyOf = (host: string): string => `${demand.network} ${host}`
      for (const { needs } of outcome.refusals) {
        if (needs !== undefined) hopeful.set(keyOf(needs), [...(hopeful.get(keyOf(needs)) ?? []), claimant])
      }
      if (outcome.refusals.length > 0 || outcome.isWaiting) return
      claim(demand, outcome, draft)
      for (const host of outcome.hosts) {
        const next = hopeful.get(keyOf(host)) ?? []
        hopeful.delete(keyOf(host))
        next.forEach(attempt)
      }
    }
    round
      .flatMap(({ survey, judgement: { claimants, hopeful } }) =>
        [...claimants, ...hopeful].map((demand) => ({ demand, company: survey?.company ?? NOBODY })),
      )
      .sort((a, b) => byAge(a.demand, b.demand))
      .forEach(attempt)
    return draft.close()
  }

  /** Worked out when asked for, by the ledger of now. */
  function usedBy(all: readonly Case[]): Arbitration['used'] {
    const then = book
    let used: ReadonlyMap<NetworkId, Used> | undefined
    const usedIn = ({ wishes, survey, judgement }: Case): Used =>
      (survey ? judgement : judge(surveyor.survey(wishes), then, bench)).used
    return () => (used ??= new Map(all.map((one) => [one.wishes.network, usedIn(one)])))
  }

  function write({ wishes, judgement }: Case, queue: Queue): Written {
    const { gone, come, diagnostics, waiting } = judgement
    const known = written.get(wishes.network)
    const isQueued = waiting.length === 0 || (known?.queue.tcp === queue.tcp && known.queue.udp === queue.udp)
    if (known?.judgement === judgement && isQueued) return known
    const isAsWished = gone.length === 0 && diagnostics.length === 0
    const waits = waiting.flatMap(({ entry, asks }) =>
      asks ? portWaiting(entry, policy.dynamicPorts[asks.protocol], queue[asks.protocol]) : [],
    )
    const verdict = isAsWished ? undefined : { gone, come, diagnostics: [...diagnostics, ...waits] }
    const isSame = verdict && known?.verdict && isSameVerdict(verdict, known.verdict)
    return { judgement, queue, verdict: isSame ? known.verdict : verdict }
  }

  return (networks, given, now) => {
    if (isSameOwnership(newest, given)) newest = given
    else {
      lineage = new WeakSet()
      turnTo(given)
      step = undefined
    }
    for (;;) {
      const round = networks.map(judged)
      cases = new Map(round.map((one) => [one.wishes.network, one]))
      const next = claimed(round, newest, now)
      if (next === newest) break
      turnTo(next)
    }
    const waiting = [...cases.values()].flatMap(({ judgement }) => judgement.waiting).sort(byAge)
    const queued = (protocol: Waiting['protocol']): number =>
      waiting.filter(({ asks }) => asks?.protocol === protocol).length
    const queue = { tcp: queued('tcp'), udp: queued('udp') }
    written = new Map([...cases].map(([network, one]) => [network, write(one, queue)]))
    return {
      ledger: newest,
      verdicts: new Map([...written].flatMap(([network, { verdict }]) => (verdict ? [[network, verdict]] : []))),
      used: usedBy([...cases.values()]),
      waiting: waiting.flatMap(({ network, entry, asks }) =>
        asks ? [{ network, service: entry.by?.service ?? '', ...asks }] : [],
      ),
    }
  }
}
