import { codeOf, leftovers, REAL, replaceFile, type FileSystem } from '@route-server/disk'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { REAL_CLOCK, type Clock } from './clock.ts'
import { publishedAgain, touched, unpublished } from './messages.ts'
import { costOf, NOTHING_SPENT, spend, waitOf } from './pace.ts'

/** A document to publish. */
export interface Publication {
  readonly revision: number
  /** Of what the file is to hold, one after the other. */
  readonly parts: readonly Uint8Array[]
  /** Of all parts; bytes. */
  readonly length: number
}

/** Keeps a file as the route document is. What it holds when this ends, it holds. */
export interface Publisher {
  /** At once after a quiet while, else when it is time; of documents that come meanwhile, the last. */
  publish(document: Publication): void
  /** Why the file isn't what it should be; a sentence. */
  problem(): string | undefined
  /** Publishes what is still to be published. */
  close(): Promise<void>
}

type Write = (facts: object, message: string) => void

export interface PublisherOptions {
  /** Absolute. Its folder has to be there: what is read from it, and by whom, is the operator's to say. */
  readonly file: string
  readonly log: { readonly debug: Write; readonly info: Write; readonly warn: Write }
  /** Called when the file is what was to be published last. */
  readonly onPublished?: (() => void) | undefined
  readonly fs?: FileSystem
  readonly clock?: Clock
}

/** The first and the longest wait after a failure; each doubles. Milliseconds. */
const BACK_OFF = 1_000
const LONGEST_BACK_OFF = 30_000

/** How often it is looked whether the file is still the one that was published; without it Traefik would drop every route. Milliseconds. */
const CHECK_EVERY = 10_000

/** Why a file can't be written in one folder and then moved to another. */
const ELSEWHERE: readonly string[] = ['EACCES', 'EPERM', 'EROFS', 'EXDEV']

const SET_GROUP_ID = 0o2000

/** The group that what is made in a folder belongs to, where it is the folder's. */
async function groupOf(folder: string): Promise<number | undefined> {
  const { mode, gid } = await stat(folder)
  return (mode & SET_GROUP_ID) === 0 ? undefined : gid
}

/** What tells a file from one that took its place or was written to; nothing where there is none. */
async function identityOf(file: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(file)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return undefined
  }
}

const lengthOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0)

const holdsTheSame = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  lengthOf(a) === lengthOf(b) && Buffer.concat(a).equals(Buffer.concat(b))

export function createPublisher({
  file,
  log,
  onPublished,
  fs = REAL,
  clock = REAL_CLOCK,
}: PublisherOptions): Publisher {
  const folder = dirname(file)
  // Traefik reads a watched folder anew at every change of a name in it; so the only one is that of the file.
  let by = dirname(folder)
  let held: Promise<readonly Uint8Array[] | undefined> | undefined
  let pending: Publication | undefined
  let writing: Promise<void> | undefined
  let stopWaiting: () => void = () => undefined
  let spent = NOTHING_SPENT
  let failure: { readonly error: unknown; readonly since: number; readonly count: number } | undefined
  let isClosed = false
  let published: { readonly document: Publication; readonly identity: string | undefined } | undefined
  let stopChecking: () => void = () => undefined

  async function write(parts: readonly Uint8Array[]): Promise<void> {
    // In a folder whose files belong to its group, the group is meant to read them: Traefik's.
    const group = await groupOf(folder)
    if (group !== undefined && (await groupOf(by)) !== group) by = folder
    const options = { mode: group === undefined ? 0o600 : 0o640, by }
    try {
      await replaceFile(file, parts, fs, options)
    } catch (error) {
      if (by === folder || !ELSEWHERE.includes(codeOf(error))) throw error
      by = folder
      await replaceFile(file, parts, fs, { ...options, by })
    }
  }

  async function save(document: Publication): Promise<void> {
    const { revision, parts, length } = document
    held ??= firstHeld(file, fs)
    const before = await held
    if (!before || !holdsTheSame(before, parts)) {
      // Until it is done nobody knows what is there.
      held = Promise.resolve(undefined)
      await write(parts)
      held = Promise.resolve(parts)
      spent = spend(spent, costOf(length), clock.now())
      log.debug({ revision, file }, `Published revision ${revision} as ${file}`)
    }
    published = { document, identity: await identityOf(file) }
    if (!pending) onPublished?.()
    checkLater()
  }

  function checkLater(): void {
    stopChecking()
    if (!isClosed) stopChecking = clock.after(CHECK_EVERY, () => void check())
  }

  async function check(): Promise<void> {
    const before = published
    const identity = await identityOf(file)
    // What is being written is another one already, and is looked at once it is done.
    if (isClosed || writing || before !== published || !before) return
    if (identity === before.identity) return checkLater()
    log.warn({ file }, touched(file, identity === undefined))
    held = Promise.resolve(undefined)
    published = undefined
    pending ??= before.document
    schedule()
  }

  async function attempt(): Promise<void> {
    const document = pending
    if (!document) return
    pending = undefined
    try {
      await save(document)
      if (failure) log.info({ file }, publishedAgain(file))
      failure = undefined
    } catch (error) {
      pending ??= document
      const first = failure === undefined
      failure = { error, since: failure?.since ?? Date.now(), count: (failure?.count ?? 0) + 1 }
      if (first) log.warn({ err: error, file }, unpublished(file, failure))
    }
  }

  const start = (): Promise<void> =>
    (writing ??= attempt().then(() => {
      writing = undefined
      schedule()
    }))

  function schedule(): void {
    stopWaiting()
    if (isClosed || writing || !pending) return
    const wait = failure
      ? Math.min(LONGEST_BACK_OFF, BACK_OFF * 2 ** (failure.count - 1))
      : waitOf(spent, costOf(pending.length), clock.now())
    if (wait > 0) stopWaiting = clock.after(wait, () => void start())
    else void start()
  }

  return {
    publish(document) {
      pending = document
      // What waits for its turn, or for a disk, is replaced by what came last, and waits on.
      if (!failure) schedule()
    },
    problem: () => failure && unpublished(file, failure),
    async close() {
      isClosed = true
      stopWaiting()
      stopChecking()
      await writing
      await attempt()
    },
  }
}

/** What the file holds from the run before, whose leftovers go. Traefik needn't take the same document twice. */
async function firstHeld(file: string, fs: FileSystem): Promise<readonly Uint8Array[] | undefined> {
  const folder = dirname(file)
  for (const by of [dirname(folder), folder]) {
    const names = await leftovers(file, by).catch(() => [])
    for (const name of names) await fs.unlink(join(by, name)).catch(() => undefined)
  }
  return readFile(file).then(
    (bytes) => [bytes],
    () => undefined,
  )
}
