import { REST } from './timing.ts'

/** A socket that waits for connections. */
export interface Listener {
  readonly address: string
  readonly port: number
}

/** Looks at addresses for what listens there. */
export interface Listening {
  /**
   * Looks until the returned function is called, soon at first and then at growing intervals. Tells which ports are listened on, lowest
   * first, where two looks in a row saw the same ones, and again when it is others; never that there are none.
   */
  watch(address: string, seen: (ports: readonly number[]) => void): () => void
  close(): void
}

export interface ListeningOptions {
  /** All that listens to TCP on this machine now; `undefined` where that can't be seen. */
  readonly listeners: () => readonly Listener[] | undefined
  /** Between two looks at least, and from the beginning to the first one; milliseconds. */
  readonly shortest: number
  /** Between two looks at most. */
  readonly longest: number
}

interface Watched {
  readonly address: string
  readonly seen: (ports: readonly number[]) => void
  readonly since: number
  due: number
  /** What the last look saw, and what was told last: ports with commas between. */
  last: string
  told: string
  /** Whether the last look was a second one, which was to tell whether it stays so. */
  isSecond: boolean
}

/**
 * One look serves everybody who waits. An interval is as long as what is waited for has been missing, so that there are few looks while
 * nothing comes: for one address, and for a thousand that begin together, nine in the first 64 s and one a minute from then on.
 */
export function createListening({ listeners, shortest, longest }: ListeningOptions): Listening {
  const all = new Set<Watched>()
  let timer: NodeJS.Timeout | undefined
  let next = Infinity
  let earliest = 0

  const wish = (at: number): void => {
    if (at >= next) return
    next = at
    clearTimeout(timer)
    timer = setTimeout(look, Math.max(0, Math.max(at, earliest) - performance.now()))
  }

  /** Takes in what is there now. Returns it where it is to be told. */
  const take = (one: Watched, ports: readonly number[], now: number): readonly number[] | undefined => {
    const found = ports.join()
    const isSteady = found === one.last
    const isNews = found !== '' && found !== one.told
    // Where it is something else each time, the second look doesn't call for a third.
    one.isSecond = isNews && !isSteady && !one.isSecond
    one.last = found
    one.due = now + (one.isSecond ? shortest : Math.min(longest, Math.max(shortest, now - one.since)))
    if (!isNews || !isSteady) return undefined
    one.told = found
    return ports
  }

  const look = (): void => {
    const now = performance.now()
    next = Infinity
    const at = portsByAddress(listeners() ?? [])
    const spent = performance.now() - now
    earliest = now + Math.max(shortest, (1 + REST) * spent)
    for (const one of [...all]) {
      const ports = take(one, at.get(one.address) ?? [], now)
      if (ports && all.has(one)) one.seen(ports)
    }
    for (const { due } of all) wish(due)
  }

  return {
    watch(address, seen) {
      const since = performance.now()
      const one = { address, seen, since, due: since + shortest, last: '', told: '', isSecond: false }
      all.add(one)
      wish(one.due)
      return () => {
        all.delete(one)
        if (all.size > 0) return
        clearTimeout(timer)
        next = Infinity
      }
    },
    close() {
      all.clear()
      clearTimeout(timer)
    },
  }
}

function portsByAddress(listeners: readonly Listener[]): ReadonlyMap<string, readonly number[]> {
  const ports = new Map<string, Set<number>>()
  for (const { address, port } of listeners) ports.set(address, (ports.get(address) ?? new Set()).add(port))
  return new Map([...ports].map(([address, found]) => [address, [...found].sort((a, b) => a - b)]))
}
