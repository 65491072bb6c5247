import type { Entry, NetworkChange } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import type { Cause } from './kept.ts'

/** What a daemon said has happened to a container, last. */
export interface LastEvent {
  readonly action: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A change is told by so many causes at most; who deploys a hundred services knows the others. */
export const MOST_CAUSES = 10
const MOST_LABELS = 20
const LONGEST_LABEL = 200

interface Pair {
  before?: Container
  after?: Container
}

/** By service: the container that its entries came from, and the one that they come from now. */
function pairsOf({ gone, come }: NetworkChange): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>()
  const note = ({ by }: Entry, side: keyof Pair): void => {
    if (!by) return
    const pair = pairs.get(by.service)
    if (pair) pair[side] ??= by.container
    else if (pairs.size < MOST_CAUSES) pairs.set(by.service, { [side]: by.container })
  }
  for (const entry of gone) note(entry, 'before')
  for (const entry of come) note(entry, 'after')
  return pairs
}

/** Keys alone: a value may be a secret, and what it does to the document is shown. */
function changedLabels({ labels: before }: Container, { labels: after }: Container): readonly string[] {
  if (before === after) return []
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => before[key] !== after[key] && !key.startsWith('com.docker.compose.')).sort()
}

/** Why a network's part of the document changed, as far as its containers tell. */
export function causesOf(
  change: NetworkChange,
  eventOf: (containerId: string) => LastEvent | undefined,
  mask: (text: string) => string,
): readonly Cause[] {
  const causes = [...pairsOf(change)].map(([service, { before, after }]): Cause => {
    const container = after ?? before
    if (!container) return { kind: 'others', network: change.network, service }
    const event = eventOf(container.id)
    const isSame = before === after
    const labels = before && after ? changedLabels(before, after) : []
    return {
      kind: event ? 'event' : isSame ? 'others' : 'listing',
      network: change.network,
      daemon: container.daemon,
      service,
      container: container.name,
      containerId: container.id,
      ...(event && { event: event.action, eventAt: event.at }),
      ...(before && after && before.id !== after.id && { isRecreated: true }),
      ...(labels.length > 0 && {
        labels: labels.slice(0, MOST_LABELS).map((key) => mask(key).slice(0, LONGEST_LABEL)),
      }),
    }
  })
  return causes.length > 0 ? causes : [{ kind: 'others', network: change.network }]
}
