import type { Diagnostic, NetworkId } from '@route-server/plugin-api'
import type { Entry, Target } from '../document/entry.ts'
import { referenceMissing } from '../network/messages.ts'
import type { Policy } from '../policy.ts'
import { byAge } from './case.ts'
import type { Case, Queue, Wishes } from './case.ts'
import { entryPointAllocated } from './findings.ts'
import type { Finding } from './findings.ts'
import {
  catchesAll,
  letPass,
  nameOf,
  nowhereElse,
  portAllocated,
  portWaiting,
  refused,
  ruleTakenByOwn,
  servedElsewhere,
} from './messages.ts'
import type { Excess } from './quota.ts'
import { bySeniority } from './seniority.ts'
import { bytesExcess, routerExcess } from './shares.ts'

/** Reasons beyond these are left unsaid. */
const MAX_REASONS = 5

/** What one network's wishes came to. */
export interface Judged {
  readonly network: NetworkId
  readonly policy: Policy
  readonly wishes: Wishes
  readonly cases: ReadonlyMap<string, Case>
  readonly oversize: ReadonlySet<Entry>
  readonly waiting: ReadonlySet<Case>
  readonly served: ReadonlyMap<string, Entry>
  readonly isGranted: (one: Case) => boolean
  /** The router that has what this one would have. */
  readonly holderOf: (one: Case) => Entry | undefined
  /** To what an entry would lead that isn't served. */
  readonly lostReferenceOf: (entry: Entry) => Target | undefined
  readonly excess: (one: Case) => Excess | undefined
  readonly bytesExcess: (entry: Entry) => Excess | undefined
}

/** What is to be said about one network's wishes, worked out when it is asked for. */
export interface Explanations {
  /** About what stands at these paths. */
  some(paths: readonly string[], queue: Queue): readonly Diagnostic[]
  all(queue: Queue): readonly Diagnostic[]
}

export function createExplanations(judged: Judged): Explanations {
  const { network, policy, wishes, cases, oversize, waiting } = judged
  const { shares } = policy

  function findingsOf(one: Case): readonly Finding[] {
    const { demand, decision } = one
    const refusals = decision?.outcome.refusals ?? []
    if (refusals.length > 0) return refusals
    if (one.isRival && decision?.outcome.found && demand.asks)
      return [
        entryPointAllocated(`${demand.asks.protocol}-${decision.outcome.found.port}`, {
          ...demand.asks,
          service: demand.entry.by?.service ?? '',
        }),
      ]
    const excess = judged.excess(one)
    return excess ? [routerExcess(excess, network, shares)] : []
  }

  /** What is to be said of a router that isn't served, or that is, although somebody could have something against it. */
  function judgementOf(one: Case): readonly Diagnostic[] {
    const { entry } = one.demand
    const asides = judged.isGranted(one) ? (one.decision?.outcome.asides ?? []) : []
    return [
      ...findingsOf(one)
        .slice(0, MAX_REASONS)
        .flatMap((finding) => refused(entry, finding)),
      ...asides.slice(0, MAX_REASONS).flatMap((finding) => letPass(entry, finding)),
    ]
  }

  /** What is said of a router that would be the same as another of its network where it would be served. */
  function tieOf(one: Case): readonly Diagnostic[] {
    const holder = judged.holderOf(one)
    if (!holder) return []
    const { entry } = one.demand
    const { elsewhere } = one.decision ?? {}
    if (!elsewhere) return ruleTakenByOwn(entry, holder)
    return elsewhere.findings
      .slice(0, MAX_REASONS)
      .flatMap((finding) => nowhereElse(entry, finding, elsewhere.host, holder))
  }

  /** What is said of a router that is served otherwise than it asks. */
  function explanationOf({ demand: { entry }, decision }: Case): readonly Diagnostic[] {
    if (!decision || judged.served.get(entry.path) === undefined || judged.served.get(entry.path) === entry) return []
    const { elsewhere, outcome, demand } = decision
    return [
      ...(elsewhere?.findings ?? [])
        .slice(0, MAX_REASONS)
        .flatMap((finding) => servedElsewhere(entry, finding, elsewhere?.host ?? '')),
      ...(outcome.isLast && demand.unbound.length > 0 ? catchesAll(entry) : []),
      ...(outcome.found ? portAllocated(entry, outcome.found.port) : []),
    ]
  }

  const oversizeOf = (entry: Entry): readonly Diagnostic[] => {
    const excess = judged.bytesExcess(entry)
    return excess ? refused(entry, bytesExcess(excess, network, shares)) : []
  }

  const dependentOf = (entry: Entry): readonly Diagnostic[] => {
    const reference = judged.lostReferenceOf(entry)
    if (!reference || oversize.has(entry)) return []
    return entry.origins.map((origin) => referenceMissing(origin, nameOf(entry), nameOf(reference)))
  }

  const waitOf = ({ demand: { entry, asks } }: Case, queue: Queue): readonly Diagnostic[] =>
    asks ? portWaiting(entry, policy.dynamicPorts[asks.protocol], queue[asks.protocol]) : []

  const inOrder = (all: Iterable<Case>): readonly Case[] => [...all].sort(byAge)

  function said(paths: readonly string[], queue: Queue): readonly Diagnostic[] {
    return paths.flatMap((path) => {
      const entry = wishes.entries.get(path)
      if (!entry) return []
      const one = cases.get(path)
      if (oversize.has(entry)) return oversizeOf(entry)
      if (!one) return dependentOf(entry)
      return [
        ...judgementOf(one),
        ...tieOf(one),
        ...dependentOf(entry),
        ...explanationOf(one),
        ...(waiting.has(one) ? waitOf(one, queue) : []),
      ]
    })
  }

  return {
    some: said,
    all: (queue) => {
      const all = inOrder(cases.values())
      return [
        ...[...oversize].sort(bySeniority).flatMap(oversizeOf),
        ...all.filter(({ demand }) => !oversize.has(demand.entry)).flatMap(judgementOf),
        ...all.flatMap(tieOf),
        ...[...wishes.entries.values()].flatMap(dependentOf),
        ...all.flatMap(explanationOf),
        ...inOrder(waiting).flatMap((one) => waitOf(one, queue)),
      ]
    },
  }
}
