import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { removeFile, syncFile, syncFolder, writeBeside, type FileSystem } from '@route-server/disk'
import { waitAfter, type Timing } from './back-off.ts'

/** Characters that are put together at once: large enough to be worth a write, small enough not to keep the process from anything else. */
export const SLICE = 2 ** 16

/** A journal isn't compacted for so many lines that count no more. */
const SLACK = 100

export interface Failure {
  readonly error: unknown
  /** When the first of the failures in a row happened; milliseconds since 1970. */
  readonly since: number
}

/** What a journal is, and what it has cost since the start. */
export interface JournalFigures {
  readonly bytes: number
  readonly lines: number
  /** How often it was written anew. */
  readonly compactions: number
  /** How often something couldn't be written. */
  readonly failures: number
}

/** A file to which lines are added, and which is written anew with what still counts when that is about half of it. */
export interface Journal {
  /** Whether lines are worth making; otherwise everything is going to be written anew, with what they would say. */
  takesLines(): boolean
  /** Adds lines, each with its end, to the file, if it takes any. They are in it on return, unless `failure` says why not. */
  append(lines: Iterable<string>): void
  /** The file goes, until something is appended again. */
  remove(): void
  /** Why it isn't all in the file; nothing where it is. */
  failure(): Failure | undefined
  figures(): JournalFigures
  /** Does now what is left to do. Fulfilled when it was tried, whether or not it worked. */
  flush(): Promise<void>
  /** Flushes, and does nothing any more. */
  close(): Promise<void>
}

export interface JournalOptions {
  readonly path: string
  /** How many lines the file has; nothing where there is none, or it has to be written anew for another reason. */
  readonly lines: number | undefined
  /** All that the file shall hold, by line, each made when it is asked for. What is appended meanwhile comes behind. */
  readonly content: () => Iterable<string>
  /** How many lines that is. */
  readonly size: () => number
  /** Whether what is appended is brought to the disk soon, for a power failure. */
  readonly synced: boolean
  /** Called once the file is there: ends what it stands for from now on, a file in an older format. */
  readonly ready?: (() => Promise<void>) | undefined
  readonly timing: Timing
  readonly fs: FileSystem
  /** Runs what takes its time when it is its turn. */
  readonly inTurn: (task: () => Promise<void>) => Promise<void>
  /** Called when something failed, and when something went well. */
  readonly settled: () => void
}

export function createJournal({
  path,
  content,
  size,
  synced,
  timing,
  fs,
  inTurn,
  settled,
  ...given
}: JournalOptions): Journal {
  let { lines, ready } = given
  let isWanted = true
  let isThere = true
  let isSynced = true
  /** What was appended while the file is being written anew. */
  let meanwhile: string[] | undefined
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let failure: Failure | undefined
  let failures = 0
  let removals = 0
  let bytes = lines === undefined ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  let [compactions, allFailures] = [0, 0]
  let isClosed = false

  /** What there is to do, if anything. */
  const due = (): (() => Promise<void>) | undefined => {
    if (!isWanted) return isThere ? removeIt : undefined
    if (lines === undefined) return writeAnew
    // A disk without room for a copy may have some for what is added.
    if (lines > 2 * size() + SLACK && (isSynced || failures === 0)) return writeAnew
    return isSynced ? undefined : bringToDisk
  }
  const schedule = (): void => {
    if (isClosed || working || !due()) return
    timer ??= setTimeout(() => void work(), failures > 0 ? waitAfter(failures, timing) : timing.pace)
  }
  const work = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    return (working ??= inTurn(attempt).then(() => {
      working = undefined
      schedule()
    }))
  }
  const attempt = async (): Promise<void> => {
    try {
      await due()?.()
      // What failed meanwhile isn't mended by that.
      if (isWanted && lines === undefined) return
      failure = undefined
      failures = 0
      settled()
    } catch (error) {
      failed(error)
    }
  }
  const failed = (error: unknown): void => {
    failures += 1
    allFailures += 1
    // One that can't be written anew is as complete as before.
    if (lines === undefined) failure = { error, since: failure?.since ?? Date.now() }
    settled()
  }

  /** Half a line may be there when it fails: nothing is added behind that. */
  const add = (added: readonly string[]): void => {
    if (lines === undefined || added.length === 0) return
    const text = added.join('')
    try {
      fs.appendSync(path, text)
      lines += added.length
      bytes += Buffer.byteLength(text)
      if (synced) isSynced = false
    } catch (error) {
      lines = undefined
      failed(error)
    }
  }
  const writeAnew = async (): Promise<void> => {
    const removed = removals
    const isCompaction = lines !== undefined
    let written = 0
    let size = 0
    let added: string[] = (meanwhile = [])
    const measured = (text: string): string => {
      size += Buffer.byteLength(text)
      return text
    }
    function* slices(): Iterable<string> {
      let slice = ''
      for (const line of content()) {
        slice += line
        written += 1
        if (slice.length < SLICE) continue
        yield measured(slice)
        slice = ''
      }
      const ending = added
      added = meanwhile = []
      written += ending.length
      yield measured(slice + ending.join(''))
    }
    try {
      const temporary = await writeBeside(path, slices(), fs)
      try {
        // In one go, or a line could be added to a file that is about to lose its name.
        if (added.length > 0) fs.appendSync(temporary, measured(added.join('')))
        fs.renameSync(temporary, path)
      } catch (error) {
        await fs.unlink(temporary).catch(() => undefined)
        throw error
      }
    } finally {
      meanwhile = undefined
    }
    lines = removed === removals ? written + added.length : undefined
    bytes = size
    if (isCompaction) compactions += 1
    isThere = true
    isSynced = !synced || added.length === 0
    try {
      await syncFolder(dirname(path), fs)
      await ready?.()
      ready = undefined
    } catch (error) {
      lines = undefined
      throw error
    }
  }
  const bringToDisk = async (): Promise<void> => {
    isSynced = true
    try {
      await syncFile(path, fs)
    } catch (error) {
      // The kernel may have dropped what it couldn't write.
      lines = undefined
      throw error
    }
  }
  const removeIt = async (): Promise<void> => {
    await removeFile(path, fs)
    await ready?.()
    ready = undefined
    isThere = false
  }

  const takesLines = (): boolean => lines !== undefined || meanwhile !== undefined
  const flush = async (): Promise<void> => {
    await working
    if (!isClosed && due()) await work()
  }
  return {
    takesLines,
    append(more) {
      if (isClosed) return
      isWanted = true
      const added = takesLines() ? [...more] : []
      meanwhile?.push(...added)
      add(added)
      schedule()
    },
    remove() {
      isWanted = false
      removals += 1
      lines = undefined
      schedule()
    },
    failure: () => failure,
    figures: () => ({
      bytes: isWanted ? bytes : 0,
      lines: isWanted ? (lines ?? 0) : 0,
      compactions,
      failures: allFailures,
    }),
    flush,
    async close() {
      await flush()
      isClosed = true
      clearTimeout(timer)
    },
  }
}

/** Runs one task after the other. They must not fail. */
export function oneByOne(): (task: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (task) => (last = last.then(task))
}
