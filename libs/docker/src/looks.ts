import { REST } from './timing.ts'

/** Decides when to look again at the containers that events named. */
export interface Looks {
  /** Looks at a container as soon as may be after `patience` ms; a look that comes sooner takes it along. */
  mark(id: string, patience?: number): void
  /** Looks at everything. */
  markAll(): void
  close(): void
}

/** More marks than this that wait are a look at everything. */
const MOST_MARKS = 2_000

/**
 * The first mark is looked at at once; from then on one look at a time, each at least `coalesce` ms after the start of the one
 * before and after a rest as it deserves, for all the IDs marked meanwhile. A look that fails is told to `failed`, and none follows.
 */
export function createLooks(options: {
  readonly coalesce: number
  /** Resolves with how much of the process's time it took; ms. */
  readonly look: (ids: ReadonlySet<string>, all: boolean) => Promise<number>
  readonly failed: (error: unknown) => void
  /** Told of each look as soon as nothing comes before it. Settles when it is over; never rejects. */
  readonly begun?: ((look: Promise<void>) => void) | undefined
}): Looks {
  let ids = new Set<string>()
  let all = false
  let due = Infinity
  let earliest = 0
  let busy = false
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const schedule = (): void => {
    clearTimeout(timer)
    if (busy || closed || due === Infinity) return
    const wait = Math.max(due, earliest) - performance.now()
    if (wait > 0) timer = setTimeout(() => begin(start()), wait)
    else {
      // In a turn that is its own, so that what is heard in this one goes along.
      busy = true
      begin(new Promise((resolve) => setImmediate(() => resolve(start()))))
    }
  }
  const begin = (look: Promise<void>): void => options.begun?.(look)
  const wish = (at: number): void => {
    if (at >= due) return
    due = at
    schedule()
  }
  const start = async (): Promise<void> => {
    if (closed) return
    const marked = ids
    const everything = all
    ids = new Set()
    all = false
    due = Infinity
    earliest = performance.now() + options.coalesce
    busy = true
    try {
      const spent = await options.look(marked, everything)
      busy = false
      earliest = Math.max(earliest, performance.now() + REST * spent)
      schedule()
    } catch (error) {
      options.failed(error)
    }
  }
  return {
    mark(id, patience = 0) {
      if (ids.size < MOST_MARKS) ids.add(id)
      else all = true
      wish(performance.now() + patience)
    },
    markAll() {
      all = true
      wish(performance.now())
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
