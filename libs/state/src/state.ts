import type { Server } from 'node:net'
import { REAL, removeFile, replaceFile, type FileSystem } from '@route-server/disk'
import type { KeptRevision } from '@route-server/history'
import type { ContainerChange, Ledger, LedgerChange, Listing } from '@route-server/kernel'
import type { Container, NetworkId } from '@route-server/plugin-api'
import { DEFAULT_TIMING, type Timing } from './back-off.ts'
import { claimsHead } from './claims-file.ts'
import { openDirectory } from './directory.ts'
import { holdDirectory } from './hold.ts'
import { createJournal, oneByOne, type JournalFigures } from './journal.ts'
import { keptClaims } from './kept-claims.ts'
import { keptHistory } from './kept-history.ts'
import { keptListing, type KeptListing } from './kept-listing.ts'
import type { Facts } from './listing-file.ts'
import {
  claimsFile,
  firstClaimsFile,
  firstListingFile,
  historyFile,
  listingFile,
  listingsFolder,
  load,
  type LoadedListing,
} from './load.ts'
import type { Logger } from './logger.ts'
import { claimsUnsaved, historyUnsaved, listingsUnsaved, savedAgain } from './messages.ts'

export interface StateOptions {
  /** Whether somebody chose the directory; then its parent must exist. */
  readonly chosen: boolean
  /** The version of the program, for people who read the files. */
  readonly program: string
  /** Answers commands. Doesn't listen yet; while the state is open it listens on `control.sock` in the directory. */
  readonly control: Server
  readonly log: Logger
  readonly timing?: Partial<Timing>
  readonly fs?: FileSystem
}

/** What is kept between runs. Nothing here throws: what can't be saved is tried again, and said by `problem`. */
export interface State {
  /** As it was read. */
  readonly ledger: Ledger
  /** As they were read; frozen, the labels without a prototype. Gone once they were taken: what is kept now takes their place. */
  takeListings(): ReadonlyMap<NetworkId, Listing>
  /** What was damaged, mended or ignored; sentences for people, logged already. */
  readonly findings: readonly string[]
  /** Containers by ID as they are kept now, of every network that has a listing. */
  readonly kept: ReadonlyMap<NetworkId, ReadonlyMap<string, Container>>
  /** On return it is on disk as far as this process's death is concerned, and soon after as far as a power failure is. */
  keepClaims(change: LedgerChange): void
  /** Writes soon what is other than it is kept. The first of a network is a complete listing. */
  keepListing(facts: Facts, change: ContainerChange): void
  forgetListing(network: NetworkId): void
  /** The last changes of the document, the oldest first; no more than are worth keeping. */
  readonly history: readonly KeptRevision[]
  /** Adds one, and writes it down unless the disk hinders that. */
  keepRevision(revision: KeptRevision): void
  /** Why not everything is on disk, what that means and what to do; nothing when the last saves succeeded. */
  problem(): string | undefined
  /** Of the journals, each kind together. */
  figures(): Readonly<Record<'claims' | 'listings' | 'history', JournalFigures>>
  /** Tries to save now what isn't saved yet; fulfilled when it was tried. */
  flush(): Promise<void>
  /** Flushes, stops listening, and leaves the directory to others. */
  close(): Promise<void>
}

/**
 * Makes the directory unless it is there, holds it for this process alone, and reads what is in it. Throws a `StateError` where it can't
 * be used: missing or open to others, held by another process, claims that can't be read.
 */
export async function openState(path: string, options: StateOptions): Promise<State> {
  const mended = openDirectory(path, options)
  const release = await holdDirectory(path, options.control)
  try {
    return await startState(path, mended, options, release)
  } catch (error) {
    await release()
    throw error
  }
}

async function startState(
  path: string,
  mended: readonly string[],
  { program, log, timing: some, fs = REAL }: StateOptions,
  release: () => Promise<void>,
): Promise<State> {
  const loaded = load(path)
  const findings = [...mended, ...loaded.findings]
  for (const finding of findings) log.warn({ path }, finding)

  const timing = { ...DEFAULT_TIMING, ...some }
  const listingsInTurn = oneByOne()
  const listings = new Map<NetworkId, KeptListing>()
  const kept = new Map<NetworkId, ReadonlyMap<string, Container>>()
  let said = false
  let isClosed = false

  const problem = (): string | undefined => {
    const failure = claims.failure()
    const failing = [...listings].flatMap(([network, { journal }]) => {
      const failure = journal.failure()
      return failure ? [{ network, failure }] : []
    })
    const [first] = failing
    const forgotten = history.failure()
    const networks = failing.map(({ network }) => network)
    const sentences = [
      ...(failure ? [claimsUnsaved(claimsFile(path), failure)] : []),
      ...(first ? [listingsUnsaved(listingsFolder(path), networks, first.failure)] : []),
      ...(forgotten ? [historyUnsaved(historyFile(path), forgotten)] : []),
    ]
    return sentences.length === 0 ? undefined : sentences.join(' ')
  }
  /** Once when saving begins to fail, once when all is well again. */
  const settled = (): void => {
    const now = problem()
    if (said === (now !== undefined)) return
    said = now !== undefined
    if (now === undefined) log.info({ path }, savedAgain(path))
    else log.warn({ path }, now)
  }

  const unused = new Map(loaded.listings)
  const { ledger, lines } = loaded.claims
  const keptLedger = keptClaims(ledger, program)
  const claims = createJournal({
    path: claimsFile(path),
    lines,
    content: keptLedger.lines,
    size: keptLedger.size,
    synced: true,
    ready: () => replaceFile(firstClaimsFile(path), [claimsHead(program)], fs),
    timing,
    fs,
    inTurn: oneByOne(),
    settled,
  })
  const history = keptHistory({
    path: historyFile(path),
    loaded: loaded.history,
    program,
    timing,
    fs,
    inTurn: listingsInTurn,
    settled,
  })
  const listingOf = (network: NetworkId): KeptListing => {
    const known = listings.get(network)
    if (known) return known
    const { listing, lines, isFirst } = unused.get(network) ?? NOTHING
    unused.delete(network)
    const made = keptListing({
      path: listingFile(path, network),
      lines,
      before: listing && { facts: listing, containers: listing.containers },
      ready: isFirst ? () => removeFile(firstListingFile(path, network), fs) : undefined,
      program,
      timing,
      fs,
      inTurn: listingsInTurn,
      settled,
    })
    listings.set(network, made)
    kept.set(network, made.containers)
    return made
  }
  const flush = async (): Promise<void> => {
    await Promise.all([claims, history, ...listings.values()].map((each) => each.flush()))
  }

  let read = new Map([...unused].flatMap(([network, { listing }]) => (listing ? [[network, listing] as const] : [])))
  for (const network of read.keys()) listingOf(network)
  // What is in the first format, or damaged, is written anew before anything is added to it.
  await flush()
  return {
    ledger,
    takeListings() {
      const taken = read
      read = new Map()
      return taken
    },
    findings,
    kept,
    keepClaims(change) {
      claims.append(keptLedger.take(change))
    },
    keepListing(facts, change) {
      if (isClosed) return
      const listing = listingOf(facts.network)
      kept.set(facts.network, listing.containers)
      listing.keep(facts, change)
    },
    forgetListing(network) {
      if (isClosed) return
      listingOf(network).forget()
      kept.delete(network)
    },
    history: history.revisions,
    keepRevision: (revision) => history.keep(revision),
    problem,
    figures: () => ({
      claims: claims.figures(),
      listings: together([...listings.values()]),
      history: history.figures(),
    }),
    flush,
    async close() {
      isClosed = true
      await Promise.all([claims, history, ...listings.values()].map((each) => each.close()))
      await release()
    },
  }
}

/** The figures of all. */
function together(listings: readonly KeptListing[]): JournalFigures {
  const sum = { bytes: 0, lines: 0, compactions: 0, failures: 0 }
  for (const { journal } of listings) {
    const { bytes, lines, compactions, failures } = journal.figures()
    sum.bytes += bytes
    sum.lines += lines
    sum.compactions += compactions
    sum.failures += failures
  }
  return sum
}

const NOTHING: LoadedListing = { lines: undefined, isFirst: false }
