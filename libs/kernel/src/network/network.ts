import type { Diagnostic, NetworkId } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import { changeParts } from '../document/render.ts'
import type { Parts } from '../document/render.ts'
import { originOf } from '../evaluate/evaluate.ts'
import type { Contribution, Evaluation } from '../evaluate/evaluate.ts'
import { heldContributions, isGone } from '../life/held.ts'
import { containerHeld, containerNotRunning } from '../life/messages.ts'
import type { Resident, Roster } from '../life/roster.ts'
import type { Guard } from '../policy.ts'
import { withIdle } from './idle.ts'
import { merge } from './merge.ts'
import type { Merged } from './merge.ts'

/** Entries that one roster had and the next one hasn't, and the other way round. */
export interface NetworkChange {
  /** The entries before. */
  readonly from: ReadonlyMap<string, Entry>
  readonly gone: readonly Entry[]
  readonly come: readonly Entry[]
  /** What is to be said about the containers that came, and those that have to do with them. Made when asked for. */
  readonly said: readonly Diagnostic[]
}

/** One network's part of the document. */
export interface NetworkRoutes {
  readonly network: NetworkId
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
  /** What each stage found; `diagnosticsOf` says all of it. Made when asked for. */
  readonly diagnostics: readonly Diagnostic[]
  readonly parts: Parts
  /** What this roster took out and put in, compared with the one before; an entry that stayed may be in both. */
  readonly change: NetworkChange
}

/** All that is to be said about a network. */
export const diagnosticsOf = ({ entries, diagnostics }: NetworkRoutes): readonly Diagnostic[] =>
  withIdle(entries, diagnostics)

/** What a network is made with. */
export interface NetworkOptions {
  readonly evaluated: (container: Resident['container']) => Evaluation
  readonly guards: ReadonlySet<Guard>
  /** Whether requests wait for containers that are recreated. */
  readonly isHolding: boolean
}

/** Which residents have to do with a name: they offer it, refer to it, or are a service of that name. */
type Concerned = Map<string, Set<Resident>>

/** Residents that have to do with these, directly or through others. */
function companyOf(
  residents: Iterable<Resident>,
  names: (resident: Resident) => Iterable<string>,
  concerned: Concerned,
) {
  const company = new Set(residents)
  const seen = new Set<string>()
  for (const resident of company)
    for (const name of names(resident)) {
      if (seen.has(name)) continue
      seen.add(name)
      for (const other of concerned.get(name) ?? []) company.add(other)
    }
  return company
}

/** Of those who say that they are a service, the oldest is believed. */
function servicesOf(evaluations: readonly (readonly [Resident, Evaluation])[]): ReadonlyMap<string, string> {
  const services = new Map<string, string>()
  const byAge = [...evaluations].sort(
    ([{ container: a }], [{ container: b }]) => a.created - b.created || (a.id < b.id ? -1 : 1),
  )
  for (const [, { identity }] of byAge)
    if (identity && !services.has(identity.service)) services.set(identity.service, identity.address)
  return services
}

const NOBODY: readonly string[] = []

/**
 * One network, from roster to roster. Residents that have no name in common don't touch each other, so a new roster costs
 * a merge of those that changed and those that have to do with them. The result is that of a merge of all.
 */
export function createNetwork({ evaluated, guards, isHolding }: NetworkOptions): (roster: Roster) => NetworkRoutes {
  const concerned: Concerned = new Map()
  let residents: ReadonlySet<Resident> = new Set()
  let entries: ReadonlyMap<string, Entry> = new Map()
  let parts: Parts = new Map()
  const held = new WeakMap<Resident, readonly Contribution[]>()

  const namesOf = ({ presence, container }: Resident): Iterable<string> =>
    presence === 'absent' ? NOBODY : evaluated(container).names

  function contributionsOf(resident: Resident): readonly Contribution[] {
    if (resident.presence === 'absent') return []
    const { contributions } = evaluated(resident.container)
    if (resident.presence === 'serving') return contributions
    const known = held.get(resident) ?? heldContributions(contributions, resident)
    held.set(resident, known)
    return known
  }

  function mergeOf(company: readonly Resident[]): Merged {
    const present = company.filter(({ presence }) => presence !== 'absent')
    const services = servicesOf(present.map((resident) => [resident, evaluated(resident.container)]))
    return merge(present.flatMap(contributionsOf), { services, guards, isHolding })
  }

  function enter(resident: Resident): void {
    for (const name of namesOf(resident)) {
      const known = concerned.get(name)
      if (known) known.add(resident)
      else concerned.set(name, new Set([resident]))
    }
  }

  function leave(resident: Resident): void {
    for (const name of namesOf(resident)) {
      const known = concerned.get(name)
      known?.delete(resident)
      if (known?.size === 0) concerned.delete(name)
    }
  }

  function update(now: ReadonlySet<Resident>): NetworkChange {
    const gone = [...residents].filter((resident) => !now.has(resident))
    const come = [...now].filter((resident) => !residents.has(resident))
    come.forEach(enter)
    const touched = companyOf([...gone, ...come], namesOf, concerned)
    gone.forEach(leave)
    const next = new Map(entries)
    const before: Entry[] = []
    for (const resident of touched)
      for (const name of namesOf(resident)) {
        const entry = next.get(name)
        if (entry && next.delete(name)) before.push(entry)
      }
    const merged = mergeOf([...touched].filter((resident) => now.has(resident)))
    for (const [path, entry] of merged.entries) next.set(path, entry)
    const from = entries
    residents = now
    entries = next
    const after = [...merged.entries.values()]
    parts = changeParts(parts, before, after)
    return {
      from,
      gone: before,
      come: after,
      get said() {
        return withIdle(merged.entries, [...come.flatMap(saidOf), ...merged.diagnostics])
      },
    }
  }

  /** What is to be said about one resident, whatever the others are. */
  function saidOf(resident: Resident): readonly Diagnostic[] {
    const { container, presence } = resident
    const origin = originOf(container)
    if (presence === 'absent') return [containerNotRunning(origin, container.state)]
    const { diagnostics, identity } = evaluated(container)
    if (presence === 'serving' || !identity) return diagnostics
    return [...(isGone(resident.reason) ? [] : diagnostics), containerHeld(origin, resident)]
  }

  return ({ network, residents: all }) => {
    const change = update(new Set(all))
    let diagnostics: readonly Diagnostic[] | undefined
    return {
      network,
      entries,
      get diagnostics() {
        return (diagnostics ??= [...all.flatMap(saidOf), ...mergeOf(all).diagnostics])
      },
      parts,
      change,
    }
  }
}
