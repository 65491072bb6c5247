import type { Container, Diagnostic } from '@route-server/plugin-api'
import type { Entry, Lookup } from '../document/entry.ts'
import { originOf } from '../evaluate/evaluate.ts'
import type { Contribution, Evaluation } from '../evaluate/evaluate.ts'
import { wantsNoHold } from '../evaluate/hold-label.ts'
import { heldContributions } from '../life/held.ts'
import { containerHeld, containerNotRunning } from '../life/messages.ts'
import { isGone } from '../life/roster.ts'
import type { Resident, ResidentChange } from '../life/roster.ts'
import { createMultimap } from '../multimap.ts'
import type { Guard } from '../policy.ts'
import { isSameList } from '../same-list.ts'
import { withIdle } from './idle.ts'
import { byAge, merge } from './merge.ts'
import type { Merged } from './merge.ts'

/** Entries that are other than before. One that another took the place of is among the first, and that one among the second. */
export interface EntryChange {
  readonly gone: readonly Entry[]
  readonly come: readonly Entry[]
  /** What is to be said about the containers that came, and those that have to do with them. Made when asked for, which has to be at once. */
  readonly said: () => readonly Diagnostic[]
}

/** What a network is made with. */
export interface NetworkOptions {
  readonly evaluate: (container: Container) => Evaluation
  readonly guards: ReadonlySet<Guard>
  /** Whether requests wait for containers that are recreated. */
  readonly isHolding: boolean
}

/** One network: who lives there, and what they contribute, as one set of entries. */
export interface Network {
  apply(change: ResidentChange): EntryChange
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
  /** The entries that refer to this path. */
  referrers(path: string): Iterable<Entry>
  /** Whether nobody lives there. */
  readonly isEmpty: boolean
  /** What is to be said about everybody. Made when asked for. */
  diagnostics(): readonly Diagnostic[]
  /** What became of one container, at the cost of those who have a name in common with it. */
  about(id: string): About | undefined
}

/** One container in its network. */
export interface About {
  readonly resident: Resident
  /** Left out where the container doesn't run. */
  readonly evaluation?: Evaluation
  readonly diagnostics: readonly Diagnostic[]
}

/** A resident, and what it brings along. */
interface Member {
  readonly resident: Resident
  /** Left out where the container doesn't run: nothing is made of it. */
  readonly evaluation?: Evaluation
  readonly contributions: readonly Contribution[]
}

function memberOf(resident: Resident, before: Member | undefined, { evaluate }: NetworkOptions): Member {
  const { container, presence } = resident
  if (presence === 'absent') return { resident, contributions: [] }
  const isKnown = before?.resident.container === container
  const evaluation = (isKnown ? before.evaluation : undefined) ?? evaluate(container)
  const { contributions } = evaluation
  return {
    resident,
    evaluation,
    contributions: presence === 'held' ? heldContributions(contributions, resident) : contributions,
  }
}

/** What a router alone can have: members that want the same have to do with each other. */
const wished = ({ section, value }: Entry): readonly string[] => {
  const { rule, entryPoints } = value as { readonly rule?: string; readonly entryPoints?: readonly string[] }
  return section === 'udp.routers' ? (entryPoints ?? []) : rule === undefined ? [] : [rule]
}

/** Names that only one can have, or that several have together: of its service and its entries, its rules, its addresses. */
function* offeredBy({ evaluation, contributions }: Member): Iterable<string> {
  if (evaluation?.identity) yield evaluation.identity.service
  for (const { entries } of contributions)
    for (const entry of entries) {
      yield entry.path
      yield* wished(entry)
      if (entry.listens) yield* entry.listens
    }
}

/** Names of others that it refers to: paths of entries, and services. */
function* wantedBy({ contributions }: Member): Iterable<string> {
  for (const { entries } of contributions)
    for (const { references, dials } of entries) {
      for (const { path } of references) yield path
      if (dials) yield* dials
    }
}

/** Paths of its entries that refer to a name. */
function* referring({ contributions }: Member, name: string): Iterable<string> {
  for (const { entries } of contributions)
    for (const { path, references, dials } of entries)
      if (references.some((to) => to.path === name) || dials?.includes(name)) yield path
}

const pathsOf = ({ entries }: Contribution): readonly string[] => entries.map(({ path }) => path)

/** Of those who say that they are a service, the oldest is believed. */
function addressAmong(members: Iterable<Member>, service: string): string | undefined {
  let oldest: Member | undefined
  for (const member of members) {
    if (member.evaluation?.identity?.service !== service) continue
    if (!oldest || byAge(member.resident.container, oldest.resident.container) < 0) oldest = member
  }
  return oldest?.evaluation?.identity?.address
}

/** Whether those who refer to it would find no difference. */
const looksTheSame = (before: Entry | undefined, after: Entry | undefined): boolean =>
  before === after ||
  (before !== undefined &&
    after !== undefined &&
    before.text === after.text &&
    (before.by && wantsNoHold(before.by.container)) === (after.by && wantsNoHold(after.by.container)))

/** Whether the two say the same about the same containers. */
const isSame = (before: Entry, after: Entry): boolean =>
  before === after ||
  (before.text === after.text &&
    before.by?.container === after.by?.container &&
    before.waits === after.waits &&
    before.asks === after.asks &&
    isSameList(before.origins, after.origins))

/**
 * A change costs a merge of those who changed, of those who have a name in common with them, and of those who refer to what became another
 * by that; all the others are only looked at. What comes out is what a merge of everybody gives.
 */
export function createNetwork(options: NetworkOptions): Network {
  const { guards, isHolding } = options
  const members = new Map<string, Member>()
  const offers = createMultimap<string, Member>()
  const wants = createMultimap<string, Member>()
  const entries = new Map<string, Entry>()

  function enter(member: Member): void {
    for (const name of offeredBy(member)) offers.add(name, member)
    for (const name of wantedBy(member)) wants.add(name, member)
  }

  function leave(member: Member): void {
    for (const name of offeredBy(member)) offers.delete(name, member)
    for (const name of wantedBy(member)) wants.delete(name, member)
  }

  const services: Lookup<string> = { get: (service) => addressAmong(offers.of(service), service) }

  /** These, with all who have a name in common with one of them. */
  function withCompany(some: Iterable<Member>, names: Iterable<string>): Set<Member> {
    const company = new Set(some)
    const seen = new Set<string>()
    const meet = (name: string): void => {
      if (seen.has(name)) return
      seen.add(name)
      for (const other of offers.of(name)) company.add(other)
    }
    for (const name of names) meet(name)
    for (const member of company) for (const name of offeredBy(member)) meet(name)
    return company
  }

  const mergeOf = (some: Iterable<Member>, around?: Lookup<Entry>): Merged =>
    merge(
      [...some].flatMap(({ contributions }) => contributions),
      { services, guards, isHolding, ...(around && { around }) },
    )

  /** Takes in who is other than before. Returns those who went, and those who came. */
  function admit(change: ResidentChange): { readonly gone: readonly Member[]; readonly come: readonly Member[] } {
    const gone: Member[] = []
    const come: Member[] = []
    for (const [id, resident] of change) {
      const before = members.get(id)
      if (before?.resident === resident) continue
      if (before) {
        leave(before)
        gone.push(before)
      }
      members.delete(id)
      if (!resident) continue
      const member = memberOf(resident, before, options)
      enter(member)
      members.set(id, member)
      come.push(member)
    }
    return { gone, come }
  }

  /** Services whose addresses aren't what they were. */
  function* moved(gone: readonly Member[], come: readonly Member[]): Iterable<string> {
    const newcomers = new Set(come)
    for (const service of new Set(
      [...gone, ...come].flatMap(({ evaluation }) => evaluation?.identity?.service ?? []),
    )) {
      if (wants.count(service) === 0) continue
      const before = [...gone, ...[...offers.of(service)].filter((member) => !newcomers.has(member))]
      if (addressAmong(before, service) !== services.get(service)) yield service
    }
  }

  /** What is to be said about one resident, whatever the others are. */
  function saidOf({ resident, evaluation }: Member): readonly Diagnostic[] {
    const { container, presence } = resident
    const origin = originOf(container)
    if (!evaluation) return [containerNotRunning(origin, container.state)]
    const { diagnostics, identity } = evaluation
    if (presence !== 'held' || !identity) return diagnostics
    return [...(isGone(resident.reason) ? [] : diagnostics), containerHeld(origin, resident)]
  }

  function* referrers(path: string): Iterable<Entry> {
    for (const member of wants.of(path))
      for (const from of referring(member, path)) {
        const entry = entries.get(from)
        if (entry?.references.some((to) => to.path === path)) yield entry
      }
  }

  const isReferredTo = (path: string): boolean => referrers(path)[Symbol.iterator]().next().done !== true

  return {
    entries,
    referrers,
    get isEmpty() {
      return members.size === 0
    },
    apply(change) {
      const { gone, come } = admit(change)
      const anew = [...moved(gone, come)]
      const before = new Map<string, Entry | undefined>()
      let merged: Merged = { entries: new Map(), diagnostics: [] }
      let company = withCompany(
        come,
        gone.flatMap((member) => [...offeredBy(member)]),
      )
      for (let some: Iterable<Member> = [...gone, ...company]; ;) {
        for (const { contributions } of some)
          for (const { entries: own } of contributions)
            for (const { path } of own) {
              if (before.has(path)) continue
              before.set(path, entries.get(path))
              entries.delete(path)
            }
        merged = mergeOf(company, entries)
        const others = new Set<Member>()
        const told = new Set<string>()
        // What an entry comes to depends on all that it leads to, however far away: its hold, and how much it unfolds to.
        const tell = (name: string): void => {
          if (told.has(name)) return
          told.add(name)
          for (const member of wants.of(name)) {
            if (!company.has(member)) others.add(member)
            for (const path of referring(member, name)) tell(path)
          }
        }
        for (const [path, entry] of before) if (!looksTheSame(entry, merged.entries.get(path))) tell(path)
        anew.forEach(tell)
        if (others.size === 0) break
        company = withCompany([...company, ...others], [])
        some = company
      }
      const left: Entry[] = []
      const arrived: Entry[] = []
      for (const [path, was] of before) {
        const is = merged.entries.get(path)
        const isKept = was && is && isSame(was, is)
        const now = isKept ? was : is
        if (now) entries.set(path, now)
        if (isKept) continue
        if (was) left.push(was)
        if (is) arrived.push(is)
      }
      return {
        gone: left,
        come: arrived,
        said: () => withIdle(merged.entries, [...come.flatMap(saidOf), ...merged.diagnostics], isReferredTo),
      }
    },
    diagnostics: () => [...[...members.values()].flatMap(saidOf), ...mergeOf(members.values()).diagnostics],
    about(id) {
      const member = members.get(id)
      if (!member) return undefined
      const company = withCompany([member], [])
      const own = new Set([...company].flatMap(({ contributions }) => contributions.flatMap(pathsOf)))
      const around: Lookup<Entry> = { get: (path) => (own.has(path) ? undefined : entries.get(path)) }
      const { resident, evaluation } = member
      return {
        resident,
        ...(evaluation && { evaluation }),
        diagnostics: [...saidOf(member), ...mergeOf(company, around).diagnostics].filter(
          ({ origin }) => origin.containerId === id,
        ),
      }
    },
  }
}
