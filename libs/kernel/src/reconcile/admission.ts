import type { NetworkId } from '@route-server/plugin-api'
import type { Kernel } from '../kernel.ts'
import type { Roster, Rosters } from '../life/roster.ts'
import type { NetworkChange, NetworkRoutes } from '../network/network.ts'

/** How long evaluation may keep the process from anything else; milliseconds. */
const SLICE_MS = 8

const MINUTE_MS = 60_000

export interface AdmissionOptions {
  readonly kernel: Pick<Kernel, 'prepare'>
  /** How often a network's part of the document may change a minute; `Infinity`: as it likes. */
  readonly revisions: number
}

export interface Admitted {
  /** What may be rendered: of networks that aren't ready, what they had before. */
  readonly rosters: Rosters
  /** Whether nobody waits for evaluation. */
  readonly isComplete: boolean
  /** Networks that changed too often, and have to wait. */
  readonly delayed: readonly NetworkId[]
  /** When the first of these may change again, on the clock that is never set; `Infinity`: none. */
  readonly due: number
}

/** Lets rosters through to the rendering, so that no network keeps the others waiting. */
export interface Admission {
  admit(rosters: Rosters, clock: number): Admitted
  /** Takes note of the networks whose part of the document is another than before. */
  note(before: readonly NetworkRoutes[], after: readonly NetworkRoutes[], clock: number): void
}

/** So many changes at once, and from then on as many a minute. */
function createAllowance(most: number): { available(clock: number): number; take(clock: number): void; due: number } {
  let left = most
  let at = -Infinity
  const perMs = most / MINUTE_MS
  const refill = (clock: number): number => {
    left = Math.min(most, at === -Infinity ? most : left + (clock - at) * perMs)
    at = clock
    return left
  }
  return {
    available: refill,
    take(clock) {
      left = refill(clock) - 1
    },
    get due() {
      return at + (1 - left) / perMs
    },
  }
}

/** Whether what came says the same as what went. */
function isEmpty({ gone, come }: NetworkChange): boolean {
  const texts = new Map(gone.map(({ path, text }) => [path, text]))
  return gone.length === come.length && come.every(({ path, text }) => texts.get(path) === text)
}

type Allowance = ReturnType<typeof createAllowance>

const bySize = ([, a]: readonly [NetworkId, Roster], [, b]: readonly [NetworkId, Roster]): number =>
  a.residents.length - b.residents.length

export function createAdmission({ kernel, revisions }: AdmissionOptions): Admission {
  let admitted: Rosters = new Map()
  const allowances = new Map<NetworkId, Allowance>()

  return {
    admit(rosters, clock) {
      const next = new Map(
        [...rosters.keys()].flatMap((network) => {
          const before = admitted.get(network)
          return before ? [[network, before] as const] : []
        }),
      )
      const delayed: NetworkId[] = []
      let isComplete = true
      let due = Infinity
      const end = performance.now() + SLICE_MS
      const changed = [...rosters].filter(([network, roster]) => admitted.get(network) !== roster).sort(bySize)
      for (const [network, roster] of changed) {
        const allowance = allowances.get(network)
        if (allowance && allowance.available(clock) < 1) {
          delayed.push(network)
          due = Math.min(due, allowance.due)
        } else if (kernel.prepare(roster, () => performance.now() < end)) next.set(network, roster)
        else isComplete = false
      }
      for (const network of allowances.keys()) if (!rosters.has(network)) allowances.delete(network)
      const isSame =
        next.size === admitted.size && [...next].every(([network, roster]) => admitted.get(network) === roster)
      if (!isSame) admitted = next
      return { rosters: admitted, isComplete, delayed, due }
    },
    note(before, after, clock) {
      if (revisions === Infinity) return
      const known = new Set(before)
      for (const routes of after) {
        const { network, change } = routes
        if (known.has(routes) || isEmpty(change)) continue
        const allowance = allowances.get(network) ?? createAllowance(revisions)
        allowance.take(clock)
        allowances.set(network, allowance)
      }
    },
  }
}
