import type { NetworkId } from '@route-server/plugin-api'
import type { Kernel } from '../kernel.ts'
import type { Roster, Rosters } from '../life/roster.ts'
import type { NetworkChange, NetworkRoutes } from '../network/network.ts'

/** How long evaluation may keep the process from anything else; milliseconds. */
const SLICE_MS = 8

const MINUTE_MS = 60_000

/** What a rendering may take without a rest: so short a wait nobody minds. Milliseconds. */
const UNNOTICED_MS = 30

/** So many times as long as it took beyond that a network rests: less than one change in twenty of the others finds a rendering in its way. */
const REST = 30
/** After a network's first rendering, which is of everything that it has. */
const FIRST_REST = 4

export interface AdmissionOptions {
  readonly kernel: Pick<Kernel, 'prepare'>
  /** The least time between two changes of a network; milliseconds. */
  readonly settle: number
  /** How often a network's part of the document may change a minute; `Infinity`: as it likes. */
  readonly revisions: number
}

export interface Admitted {
  /** What may be rendered: of networks that aren't ready, what they had before. */
  readonly rosters: Rosters
  /** Whether nobody waits for evaluation. */
  readonly isComplete: boolean
  /** Networks that changed too often, or too much at once, and have to wait. */
  readonly delayed: readonly NetworkId[]
  /** When the first of those that wait may change again, on the clock that is never set; `Infinity`: none. */
  readonly due: number
}

/** One rendering. */
export interface Rendered {
  readonly before: readonly NetworkRoutes[]
  readonly after: readonly NetworkRoutes[]
  /** When it was done, on the clock that is never set. */
  readonly clock: number
  /** How long it kept the process; milliseconds. */
  readonly spent: number
}

/** Lets rosters through to the rendering, so that no network keeps the others waiting. */
export interface Admission {
  admit(rosters: Rosters, clock: number): Admitted
  /** Takes note of the networks whose part of the document was made anew. */
  note(rendered: Rendered): void
}

/** A deploy of many services is many changes at once, and then none for hours. */
const BURST = 10

/** So many changes a minute, after ten times as many at once. */
function createAllowance(perMinute: number): {
  available(clock: number): number
  take(clock: number): void
  due: number
} {
  const most = BURST * perMinute
  let left = most
  let at = -Infinity
  const perMs = perMinute / MINUTE_MS
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

/** How long a network rests after a rendering: what it took is shared out by size. Where it is alone nobody else had to wait. */
function restAfter(routes: NetworkRoutes, { before, after, spent }: Rendered): number {
  if (after.length === 1) return 0
  const all = after.reduce((sum, { entries }) => sum + entries.size, 0)
  const own = all === 0 ? 0 : (spent * routes.entries.size) / all
  const rest = before.some(({ network }) => network === routes.network) ? REST : FIRST_REST
  return Math.min(MINUTE_MS, rest * Math.max(0, own - UNNOTICED_MS))
}

/** Until when a network waits, and whether that is worth a word. */
interface Rest {
  readonly until: number
  readonly isLong: boolean
}

export function createAdmission({ kernel, settle, revisions }: AdmissionOptions): Admission {
  let admitted: Rosters = new Map()
  const allowances = new Map<NetworkId, Allowance>()
  const rests = new Map<NetworkId, Rest>()

  /** When the network may change again: at once, later, or later than it should need to. */
  function restOf(network: NetworkId, clock: number): Rest | undefined {
    const rest = rests.get(network)
    if (rest && rest.until > clock) return rest
    const allowance = allowances.get(network)
    return allowance && allowance.available(clock) < 1 ? { until: allowance.due, isLong: true } : undefined
  }

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
        const rest = restOf(network, clock)
        if (rest) {
          if (rest.isLong) delayed.push(network)
          due = Math.min(due, rest.until)
        } else if (kernel.prepare(roster, () => performance.now() < end)) next.set(network, roster)
        else isComplete = false
      }
      for (const known of [allowances, rests])
        for (const network of known.keys()) if (!rosters.has(network)) known.delete(network)
      const isSame =
        next.size === admitted.size && [...next].every(([network, roster]) => admitted.get(network) === roster)
      if (!isSame) admitted = next
      return { rosters: admitted, isComplete, delayed, due }
    },
    note(rendered) {
      const { before, after, clock } = rendered
      const known = new Set(before)
      for (const routes of after) {
        const { network, change } = routes
        if (known.has(routes)) continue
        const rest = restAfter(routes, rendered)
        rests.set(network, { until: clock + Math.max(settle, rest), isLong: rest > settle })
        if (revisions === Infinity || isEmpty(change)) continue
        const allowance = allowances.get(network) ?? createAllowance(revisions)
        allowance.take(clock)
        allowances.set(network, allowance)
      }
    },
  }
}
