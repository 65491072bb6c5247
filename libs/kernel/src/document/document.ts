import type { NetworkId, Settings } from '@route-server/plugin-api'
import type { Ledger } from '../ledger/ledger.ts'
import { holdOf } from '../network/hold.ts'
import { createDraft } from './draft.ts'
import type { Rope } from './draft.ts'
import type { Entry } from './entry.ts'
import { createIdleUdp, idleUdpEntries } from './udp-entry-points.ts'

/** The route document: what is served of all networks, and what we put in ourselves. */
export interface Document {
  /** Takes in what is served of a network otherwise than before. */
  change(network: NetworkId, gone: readonly Entry[], come: readonly Entry[]): void
  /** Puts in what is missing for that. `isOtherLedger`: whether it has other entry points than before. */
  complete(ledger: Ledger, isOtherLedger: boolean): void
  /** Whether it says something else than when this was last asked; the first time it does. */
  revised(): boolean
  /** As it is now. */
  rope(): Rope
}

/** Whose everything is that no network contributes. It stands last. */
const NOBODY = Infinity

/** `hold`: how long requests wait for a container that is being recreated; milliseconds. */
export function createDocument(settings: Settings, hold: number): Document {
  const draft = createDraft()
  const idleUdp = createIdleUdp(settings)
  let idle = new Map<string, readonly Entry[]>()
  let isOtherUdp = false
  /** How many routers of each network name its hold. */
  const waiting = new Map<NetworkId, number>()

  function countWaiting(network: NetworkId, gone: readonly Entry[], come: readonly Entry[]): void {
    const before = waiting.get(network) ?? 0
    const now = before - gone.filter(({ waits }) => waits).length + come.filter(({ waits }) => waits).length
    if (now === 0) waiting.delete(network)
    else waiting.set(network, now)
    if (before > 0 === now > 0) return
    const itself = [holdOf(network, hold)]
    draft.change(network, now > 0 ? [] : itself, now > 0 ? itself : [])
  }

  return {
    change(network, gone, come) {
      draft.change(network, gone, come)
      countWaiting(network, gone, come)
      isOtherUdp = idleUdp.change(gone, come) || isOtherUdp
    },
    complete(ledger, isOtherLedger) {
      if (!isOtherUdp && !isOtherLedger) return
      isOtherUdp = false
      const next = new Map(idleUdp.of(ledger).map((name) => [name, idle.get(name) ?? idleUdpEntries(name)]))
      const without = (some: typeof idle, others: typeof idle): readonly Entry[] =>
        [...some].flatMap(([name, entries]) => (others.has(name) ? [] : entries))
      draft.change(NOBODY, without(idle, next), without(next, idle))
      idle = next
    },
    revised: () => draft.revised(),
    rope: () => draft.rope(),
  }
}
