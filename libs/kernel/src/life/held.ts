import { entryOf } from '../document/entry.ts'
import type { Entry, Value } from '../document/entry.ts'
import type { Contribution } from '../evaluate/evaluate.ts'
import { isGone } from './roster.ts'
import type { HoldReason, Resident } from './roster.ts'

/** The service without its servers: Traefik answers 503 for it, or asks the servers of others. Anything else as it is. */
function withoutServers(entry: Entry): Entry {
  const balancer = entry.section.endsWith('.services') ? (entry.value['loadBalancer'] as Value | undefined) : undefined
  if (balancer === undefined) return entry
  return entryOf({ ...entry, value: { ...entry.value, loadBalancer: { ...balancer, servers: [] } } })
}

/** Where it listened, another may by now. */
const listeningNowhere = (entry: Entry): Entry => entryOf({ ...withoutServers(entry), listens: [] })

/** By why it is held, what becomes of its entries, where they don't just lose their servers. */
const ENTRIES: Partial<Record<HoldReason, (entries: readonly Entry[]) => readonly Entry[]>> = {
  awaited: (entries) => entries,
  departed: (entries) => entries.map(listeningNowhere),
}

/** What a container contributes while it gets no traffic. */
export function heldContributions(
  contributions: readonly Contribution[],
  { reason }: Extract<Resident, { readonly presence: 'held' }>,
): readonly Contribution[] {
  return contributions.map((contribution) => ({
    ...contribution,
    entries: ENTRIES[reason]?.(contribution.entries) ?? contribution.entries.map(withoutServers),
    ...(isGone(reason) && { departed: true as const }),
  }))
}
