import type { NetworkId } from '@route-server/plugin-api'
import type { Kernel, NetworkChange } from '../kernel.ts'
import type { LifeChange, Resident, ResidentChange } from '../life/roster.ts'

/** How long evaluation may keep the process from anything else; milliseconds. */
const SLICE_MS = 8

const MINUTE_MS = 60_000

/** What a change may take without a rest: so short a wait nobody minds. Milliseconds. */
const UNNOTICED_MS = 30

/** So many times as long as it took beyond that a network rests: less than one change in twenty of the others finds one in its way. */
const LATER_REST = 30
/** After a network's first change, which is of everything that it has. */
const FIRST_REST = 4

export interface AdmissionOptions {
  readonly kernel: Pick<Kernel, 'prepare'>
  /** The least time between two changes of a network; milliseconds. */
  readonly settle: number
  /** How often a network's part of the document may change a minute; `Infinity`: as it likes. */
  readonly revisions: number
}

/** Who may go on at one moment. */
export interface Admitted {
  /** Whether nobody waits for evaluation. */
  readonly isComplete: boolean
  /** Networks that changed too often, or too much at once, and have to wait. */
  readonly delayed: readonly NetworkId[]
  /** When the first of those that wait may change again, on the clock that is never set; `Infinity`: none. */
  readonly due: number
}

/** Changes that were taken in. */
export interface Applied {
  readonly networks: readonly NetworkChange[]
  /** Whether there is only one network. */
  readonly isAlone: boolean
  /** When it was done, on the clock that is never set. */
  readonly clock: number
  /** How long it kept the process; milliseconds. */
  readonly spent: number
}

/** Lets changes through to the kernel, so that no network keeps the others waiting. Of several changes of one resident the last counts. */
export interface Admission {
  /** Who is other than before, and waits for his turn. */
  add(change: LifeChange): void
  admit(clock: number): Admitted
  /** The network is there no more, and nobody has to wait for that. */
  dismiss(network: NetworkId): void
  /** Those who were admitted, once. */
  take(): LifeChange
  /** Takes note of the networks whose part of the document was made anew. */
  note(applied: Applied): void
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

const sizeOf = ({ gone, come }: NetworkChange): number => gone.length + come.length

/** How long a network rests after a change: what it took is shared out by size. Where it is alone nobody else had to wait. */
function restAfter(change: NetworkChange, isFirst: boolean, { networks, isAlone, spent }: Applied): number {
  if (isAlone) return 0
  const all = networks.reduce((sum, one) => sum + sizeOf(one), 0)
  const own = all === 0 ? 0 : (spent * sizeOf(change)) / all
  return Math.min(MINUTE_MS, (isFirst ? FIRST_REST : LATER_REST) * Math.max(0, own - UNNOTICED_MS))
}

/** Until when a network waits, and whether that is worth a word. */
interface Rest {
  readonly until: number
  readonly isLong: boolean
}

type Waiting = Map<NetworkId, Map<string, Resident | undefined>>

function overlay(waiting: Waiting, network: NetworkId, change: ResidentChange): void {
  const known = waiting.get(network)
  if (!known) waiting.set(network, new Map(change))
  else for (const [id, resident] of change) known.set(id, resident)
}

export function createAdmission({ kernel, settle, revisions }: AdmissionOptions): Admission {
  const waiting: Waiting = new Map()
  let admitted: Waiting = new Map()
  const allowances = new Map<NetworkId, Allowance>()
  const rests = new Map<NetworkId, Rest>()
  /** Since changes were last taken note of. */
  const dismissed = new Set<NetworkId>()

  /** When the network may change again: at once, later, or later than it should need to. */
  function restOf(network: NetworkId, clock: number): Rest | undefined {
    const rest = rests.get(network)
    if (rest && rest.until > clock) return rest
    const allowance = allowances.get(network)
    return allowance && allowance.available(clock) < 1 ? { until: allowance.due, isLong: true } : undefined
  }

  return {
    add(change) {
      for (const [network, residents] of change) overlay(waiting, network, residents)
    },
    admit(clock) {
      const delayed: NetworkId[] = []
      let isComplete = true
      let due = Infinity
      const end = performance.now() + SLICE_MS
      const fewestFirst = [...waiting].sort(([, a], [, b]) => a.size - b.size)
      for (const [network, residents] of fewestFirst) {
        const rest = restOf(network, clock)
        if (rest) {
          if (rest.isLong) delayed.push(network)
          due = Math.min(due, rest.until)
        } else if (kernel.prepare(residents, () => performance.now() < end)) {
          waiting.delete(network)
          overlay(admitted, network, residents)
        } else isComplete = false
      }
      return { isComplete, delayed, due }
    },
    dismiss(network) {
      overlay(admitted, network, waiting.get(network) ?? new Map())
      for (const known of [waiting, allowances, rests]) known.delete(network)
      dismissed.add(network)
    },
    take() {
      const taken = admitted
      admitted = new Map()
      return taken
    },
    note(applied) {
      const { networks, clock } = applied
      for (const change of networks) {
        const { network } = change
        if (dismissed.has(network)) continue
        const rest = restAfter(change, !rests.has(network), applied)
        rests.set(network, { until: clock + Math.max(settle, rest), isLong: rest > settle })
        if (revisions === Infinity || isEmpty(change)) continue
        const allowance = allowances.get(network) ?? createAllowance(revisions)
        allowance.take(clock)
        allowances.set(network, allowance)
      }
      dismissed.clear()
    },
  }
}
