import type { Container, Diagnostic, NetworkId } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Evaluation } from '../evaluate/evaluate.ts'
import { merge } from './merge.ts'
import { changeParts } from '../document/render.ts'
import type { Parts } from '../document/render.ts'
import type { Listing } from '../snapshot.ts'
import { udpEntryPointsOf } from '../document/udp-entry-points.ts'

/** Entries that one listing had and the next one hasn't, and the other way round. */
export interface NetworkChange {
  readonly gone: readonly Entry[]
  readonly come: readonly Entry[]
}

/** One network's part of the document. */
export interface NetworkRoutes {
  readonly network: NetworkId
  /** By path, `http.routers/web-2816`. */
  readonly entries: ReadonlyMap<string, Entry>
  /** Made when asked for. */
  readonly diagnostics: readonly Diagnostic[]
  readonly parts: Parts
  /** What this listing took out and put in, compared with the one before; an entry that stayed may be in both. */
  readonly change: NetworkChange
  readonly udpEntryPoints: ReadonlySet<string>
}

/** Which containers have to do with a name: they offer it, refer to it, or are a service of that name. */
type Concerned = Map<string, Set<Container>>

/** Containers that have to do with these, directly or through others. */
function companyOf(
  containers: Iterable<Container>,
  names: (container: Container) => Iterable<string>,
  concerned: Concerned,
) {
  const company = new Set(containers)
  const seen = new Set<string>()
  for (const container of company)
    for (const name of names(container)) {
      if (seen.has(name)) continue
      seen.add(name)
      for (const other of concerned.get(name) ?? []) company.add(other)
    }
  return company
}

const diagnosticsOf = (evaluations: readonly Evaluation[]): readonly Diagnostic[] => [
  ...evaluations.flatMap(({ diagnostics }) => diagnostics),
  ...merge(evaluations.flatMap(({ contributions }) => contributions)).diagnostics,
]

/**
 * One network, from listing to listing. Containers that have no name in common don't touch each other, so a new listing costs
 * a merge of those that changed and those that have to do with them. The result is that of a merge of all.
 */
export function createNetwork(evaluated: (container: Container) => Evaluation): (listing: Listing) => NetworkRoutes {
  const concerned: Concerned = new Map()
  let containers: ReadonlySet<Container> = new Set()
  let entries: ReadonlyMap<string, Entry> = new Map()
  let parts: Parts = new Map()
  const namesOf = (container: Container): Iterable<string> => evaluated(container).names

  function enter(container: Container): void {
    for (const name of namesOf(container)) {
      const known = concerned.get(name)
      if (known) known.add(container)
      else concerned.set(name, new Set([container]))
    }
  }

  function leave(container: Container): void {
    for (const name of namesOf(container)) {
      const known = concerned.get(name)
      known?.delete(container)
      if (known?.size === 0) concerned.delete(name)
    }
  }

  function update(now: ReadonlySet<Container>): NetworkChange {
    const gone = [...containers].filter((container) => !now.has(container))
    const come = [...now].filter((container) => !containers.has(container))
    come.forEach(enter)
    const touched = companyOf([...gone, ...come], namesOf, concerned)
    gone.forEach(leave)
    const next = new Map(entries)
    const before: Entry[] = []
    for (const container of touched)
      for (const name of namesOf(container)) {
        const entry = next.get(name)
        if (entry && next.delete(name)) before.push(entry)
      }
    const merged = merge(
      [...touched].filter((container) => now.has(container)).flatMap((c) => evaluated(c).contributions),
    )
    for (const [path, entry] of merged.entries) next.set(path, entry)
    containers = now
    entries = next
    const after = [...merged.entries.values()]
    parts = changeParts(parts, before, after)
    return { gone: before, come: after }
  }

  return ({ network, containers: listed }) => {
    const change = update(new Set(listed))
    let diagnostics: readonly Diagnostic[] | undefined
    return {
      network,
      entries,
      get diagnostics() {
        return (diagnostics ??= diagnosticsOf(listed.map(evaluated)))
      },
      parts,
      change,
      udpEntryPoints: udpEntryPointsOf(parts.get('udp.routers')?.entries ?? []),
    }
  }
}
