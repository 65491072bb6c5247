import type { Server } from 'node:net'
import type { Ledger, Listing } from '@route-server/kernel'
import type { NetworkId } from '@route-server/plugin-api'
import { writeClaims } from './claims-file.ts'
import { openDirectory } from './directory.ts'
import { REAL, type FileSystem } from '@route-server/disk'
import { digestOf } from './gather.ts'
import { holdDirectory } from './hold.ts'
import { listingLines } from './listing-file.ts'
import { claimsFile, listingFile, listingsFolder, load } from './load.ts'
import type { Logger } from './logger.ts'
import { claimsUnsaved, listingsUnsaved, savedAgain } from './messages.ts'
import { createSaver, DEFAULT_TIMING, oneByOne, type Saver, type Timing } from './saver.ts'

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
  /** As they were read; frozen, the labels without a prototype. */
  readonly listings: ReadonlyMap<NetworkId, Listing>
  /** What was damaged, mended or ignored; sentences for people, logged already. */
  readonly findings: readonly string[]
  /** Saves it at once; of several the newest. */
  keepLedger(ledger: Ledger): void
  /** Saves it soon, each network's at most once in a while. */
  keepListing(listing: Listing): void
  forgetListing(network: NetworkId): void
  /** Why not everything is on disk, what that means and what to do; nothing when the last saves succeeded. */
  problem(): string | undefined
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
    return startState(path, mended, options, release)
  } catch (error) {
    await release()
    throw error
  }
}

function startState(
  path: string,
  mended: readonly string[],
  { program, log, timing: some, fs = REAL }: StateOptions,
  release: () => Promise<void>,
): State {
  const { ledger, claimsOnDisk, listings, listingsOnDisk, findings: found } = load(path)
  const findings = [...mended, ...found]
  for (const finding of findings) log.warn({ path }, finding)

  const timing = { ...DEFAULT_TIMING, ...some }
  const listingsInTurn = oneByOne()
  const listingSavers = new Map<NetworkId, Saver>()
  let said = false

  const problem = (): string | undefined => {
    const failure = claims.failure()
    const failing = [...listingSavers].filter(([, saver]) => saver.failure())
    const [first] = failing.flatMap(([, saver]) => saver.failure() ?? [])
    const sentences = [
      ...(failure ? [claimsUnsaved(claimsFile(path), failure)] : []),
      ...(first
        ? [
            listingsUnsaved(
              listingsFolder(path),
              failing.map(([network]) => network),
              first,
            ),
          ]
        : []),
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
  const claims = createSaver({
    path: claimsFile(path),
    onDisk: claimsOnDisk,
    pace: 0,
    timing,
    fs,
    inTurn: oneByOne(),
    settled,
  })
  const savers = (): readonly Saver[] => [claims, ...listingSavers.values()]
  const saverOf = (network: NetworkId): Saver => {
    const known = listingSavers.get(network)
    if (known) return known
    const onDisk = listingsOnDisk.has(network) ? listingsOnDisk.get(network) : digestOf(undefined)
    const file = listingFile(path, network)
    const saver = createSaver({ path: file, onDisk, pace: timing.pace, timing, fs, inTurn: listingsInTurn, settled })
    listingSavers.set(network, saver)
    return saver
  }
  const flush = async (): Promise<void> => {
    await Promise.all(savers().map((saver) => saver.flush()))
  }

  const keepLedger = (next: Ledger): void => claims.keep(() => [writeClaims(next, program)])
  if (claimsOnDisk === undefined) keepLedger(ledger)
  return {
    ledger,
    listings,
    findings,
    keepLedger,
    keepListing: (listing) => saverOf(listing.network).keep(() => listingLines(listing, program)),
    forgetListing: (network) => saverOf(network).keep(() => undefined),
    problem,
    flush,
    async close() {
      await flush()
      for (const saver of savers()) saver.close()
      await release()
    },
  }
}
