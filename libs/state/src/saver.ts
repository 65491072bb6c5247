import { removeFile, replaceFile, type FileSystem } from '@route-server/disk'
import { gather } from './gather.ts'

/** All in milliseconds. */
export interface Timing {
  /** Between the starts of two saves of one listing; varied by a fifth. */
  readonly pace: number
  /** The first and the longest wait after a save that failed; each doubles. A change is tried after the first already. */
  readonly backOff: number
  readonly longestBackOff: number
}

export const DEFAULT_TIMING: Timing = { pace: 1_000, backOff: 1_000, longestBackOff: 30_000 }

/** So many times as long as a save took of the process is waited before the next. */
const REST = 4

/** What shall be in a file, in parts of any length; nothing means no file. Called when it is saved. */
export type Content = () => Iterable<string> | undefined

export interface Failure {
  readonly error: unknown
  /** When the first of the failures in a row happened; milliseconds since 1970. */
  readonly since: number
}

/** Keeps one file as it was last told to, one save at a time. */
export interface Saver {
  keep(content: Content): void
  /** Why the last save failed; nothing once one succeeded. */
  failure(): Failure | undefined
  /** Tries now what isn't saved yet. Fulfilled when it was tried, whether or not it worked. */
  flush(): Promise<void>
  /** Starts no more saves. */
  close(): void
}

export interface SaverOptions {
  readonly path: string
  /** What the file holds, as `digestOf` it; nothing if that isn't known. */
  readonly onDisk?: string | undefined
  /** Between the starts of two saves, unless they take long; milliseconds. */
  readonly pace: number
  readonly timing: Timing
  readonly fs: FileSystem
  /** Runs a save when it is its turn. */
  readonly inTurn: (save: () => Promise<void>) => Promise<void>
  /** Called after each save, good or bad. */
  readonly settled: () => void
}

export function createSaver({ path, onDisk, pace, timing, fs, inTurn, settled }: SaverOptions): Saver {
  let digest = onDisk
  let pending: Content | undefined
  let saving: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let started = -Infinity
  let rest = pace
  let failure: Failure | undefined
  let failures = 0
  let closed = false

  const schedule = (wait: number): void => {
    clearTimeout(timer)
    if (closed || saving || !pending) return
    timer = setTimeout(() => void start(), Math.max(0, started + wait - performance.now()))
  }
  const start = (): Promise<void> => {
    clearTimeout(timer)
    return (saving ??= inTurn(save).then(() => {
      saving = undefined
      settled()
      schedule(failure ? backOff(failures - 1, timing) : jittered(rest))
    }))
  }
  const save = async (): Promise<void> => {
    const content = pending
    if (!content) return
    pending = undefined
    started = performance.now()
    try {
      await write(content())
      failure = undefined
      failures = 0
    } catch (error) {
      pending ??= content
      failure = { error, since: failure?.since ?? Date.now() }
      failures += 1
    }
  }
  const write = async (parts: Iterable<string> | undefined): Promise<void> => {
    const wanted = await gather(parts)
    rest = Math.max(pace, REST * wanted.spent)
    if (wanted.digest === digest) return
    // Until it is done nobody knows what is there.
    digest = undefined
    await (wanted.pieces ? replaceFile(path, wanted.pieces, fs) : removeFile(path, fs))
    digest = wanted.digest
  }
  return {
    keep(content) {
      pending = content
      schedule(failure ? timing.backOff : jittered(rest))
    },
    failure: () => failure,
    async flush() {
      await saving
      if (pending && !closed) await start()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** Runs one task after the other. They must not fail. */
export function oneByOne(): (task: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (task) => (last = last.then(task))
}

/** Varies a period by up to a fifth, so that many files aren't saved in step. */
function jittered(period: number): number {
  return period * (0.8 + 0.4 * Math.random())
}

function backOff(attempt: number, { backOff, longestBackOff }: Timing): number {
  return jittered(Math.min(longestBackOff, backOff * 2 ** attempt))
}
