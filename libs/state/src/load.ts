import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { codeOf, isLeftover } from '@route-server/disk'
import type { KeptRevision } from '@route-server/history'
import { EMPTY_LEDGER, type Ledger, type Listing } from '@route-server/kernel'
import type { NetworkId } from '@route-server/plugin-api'
import { readClaims, readFirstClaims, type Claims } from './claims-file.ts'
import { Damage, NewerFormat } from './format.ts'
import { readHistory } from './history-file.ts'
import { readFirstListing, readListing, type Listed } from './listing-file.ts'
import * as messages from './messages.ts'
import { readWhole } from './read-file.ts'
import { reasonOf } from './reasons.ts'
import { networkId, printable } from './schema.ts'
import { isSetAside, setAside } from './set-aside.ts'
import { StateError } from './state-error.ts'

/** What a state directory holds. */
export interface Loaded {
  readonly claims: LoadedClaims
  /** By network; one without a listing has a file that couldn't be used, and that stays until another takes its place. */
  readonly listings: ReadonlyMap<NetworkId, LoadedListing>
  readonly history: LoadedHistory
  /** Sentences for people. */
  readonly findings: readonly string[]
}

/** `lines`: how many the journal has; nothing where it has to be written anew. */
export interface LoadedClaims {
  readonly ledger: Ledger
  readonly lines: number | undefined
}

/** The oldest change first. */
export interface LoadedHistory {
  readonly history: readonly KeptRevision[]
  readonly lines: number | undefined
  readonly isThere: boolean
}

export interface LoadedListing {
  readonly listing?: Listing
  readonly lines: number | undefined
  /** Whether it has a file in the first format, which is to end. */
  readonly isFirst: boolean
}

export const claimsFile = (path: string): string => join(path, 'claims.jsonl')
/** Of the first format, and what keeps a program that knows no other from starting without claims. */
export const firstClaimsFile = (path: string): string => join(path, 'claims.json')
export const historyFile = (path: string): string => join(path, 'history.jsonl')
export const listingsFolder = (path: string): string => join(path, 'listings')
export const listingFile = (path: string, network: NetworkId): string => join(path, 'listings', `${network}.jsonl`)
export const firstListingFile = (path: string, network: NetworkId): string => join(path, 'listings', `${network}.json`)

/** Reads a state directory that this process holds, and tidies it up. Throws a {@link StateError} rather than forget claims that are there. */
export function load(path: string): Loaded {
  makeListingsFolder(path)
  removeLeftovers(path)
  removeLeftovers(listingsFolder(path))
  const findings: string[] = []
  const claims = loadClaims(path, findings)
  return { claims, listings: loadListings(path, findings), history: loadHistory(path, findings), findings }
}

function makeListingsFolder(path: string): void {
  const folder = listingsFolder(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const parent = openSync(path, 'r')
    fsyncSync(parent)
    closeSync(parent)
  } catch (cause) {
    const { why, cure } = reasonOf(cause)
    throw new StateError(`The folder ${folder} can't be made: ${why}. ${cure}`, { cause })
  }
}

function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder).filter(isLeftover)) rmSync(join(folder, name), { force: true })
}

/** One in the first format is the newer one of two: it is there until all of it is in the journal, or an older program wrote it since. */
function loadClaims(path: string, findings: string[]): LoadedClaims {
  const first = readClaimsFile(firstClaimsFile(path), readFirstClaims, findings)
  if (first.claims) return { ledger: first.claims.ledger, lines: undefined }
  const { claims } = readClaimsFile(claimsFile(path), readClaims, findings)
  return { ledger: claims?.ledger ?? EMPTY_LEDGER, lines: first.isThere ? claims?.lines : undefined }
}

interface ReadClaims {
  readonly claims?: Claims | undefined
  readonly isThere: boolean
}

function readClaimsFile(file: string, read: (bytes: Buffer) => Claims | undefined, findings: string[]): ReadClaims {
  try {
    const bytes = readWhole(file)
    if (bytes === undefined) return { isThere: false }
    const claims = read(bytes)
    const { faults, isTorn } = claims ?? NO_FAULTS
    if (isTorn) findings.push(messages.claimsTorn(file))
    if (faults.length > 0) findings.push(messages.claimsPartlyDamaged(file, setAside(file, 'copy'), faults))
    return { claims, isThere: true }
  } catch (error) {
    if (error instanceof NewerFormat) throw messages.claimsTooNew(file, error)
    if (!(error instanceof Damage)) throw messages.claimsUnreadable(file, error)
    findings.push(messages.claimsDamaged(file, moved(file), error.message))
    return { isThere: false }
  }
}

const NO_FAULTS = { faults: [], isTorn: false }

function moved(file: string): string {
  try {
    return setAside(file, 'move')
  } catch (error) {
    throw messages.claimsUnreadable(file, error)
  }
}

function loadListings(path: string, findings: string[]): Loaded['listings'] {
  const names = readdirSync(listingsFolder(path)).sort()
  for (const name of names)
    if (!isSetAside(name) && networkIn(name) === undefined)
      findings.push(messages.notOurs(join(listingsFolder(path), printable(name))))
  const networks = new Set(names.flatMap((name) => networkIn(name) ?? []))
  return new Map(Array.from(networks, (network) => [network, loadListing(path, network, findings)]))
}

/** The same goes for a listing in the first format. */
function loadListing(path: string, network: NetworkId, findings: string[]): LoadedListing {
  const first = readListingFile(firstListingFile(path, network), network, readFirstListing, findings)
  if (first.listed) return { listing: first.listed.listing, lines: undefined, isFirst: true }
  const { listed } = readListingFile(listingFile(path, network), network, readListing, findings)
  const lines = first.isThere ? undefined : listed?.lines
  return { ...(listed && { listing: listed.listing }), lines, isFirst: first.isThere }
}

interface ReadListing {
  readonly listed?: Listed
  readonly isThere: boolean
}

function readListingFile(
  file: string,
  network: NetworkId,
  read: (bytes: Buffer, network: NetworkId) => Listed,
  findings: string[],
): ReadListing {
  try {
    const bytes = readWhole(file)
    if (bytes === undefined) return { isThere: false }
    const listed = read(bytes, network)
    if (listed.isTorn) findings.push(messages.listingTorn(file, network))
    if (listed.faults.length > 0)
      findings.push(messages.listingPartlyDamaged(file, network, basename(setAside(file, 'copy')), listed.faults))
    return { listed, isThere: true }
  } catch (error) {
    findings.push(explain(file, network, error))
    return { isThere: true }
  }
}

/** What can't be read of it is forgotten, and said; it is no reason not to start. */
function loadHistory(path: string, findings: string[]): LoadedHistory {
  const file = historyFile(path)
  try {
    const bytes = readWhole(file)
    if (bytes === undefined) return { history: [], lines: undefined, isThere: false }
    const { history, lines, faults } = readHistory(bytes)
    if (faults.length > 0) findings.push(messages.historyPartlyDamaged(file, faults))
    return { history, lines, isThere: true }
  } catch (error) {
    const why =
      error instanceof Damage || error instanceof NewerFormat
        ? error.message
        : `${reasonOf(error).why} (${codeOf(error)})`
    findings.push(messages.historyForgotten(file, why))
    return { history: [], lines: undefined, isThere: true }
  }
}

/** The network of a listing's file, `2816.jsonl`, or `2816.json` in the first format. */
function networkIn(name: string): NetworkId | undefined {
  const digits = /^([1-9]\d{1,7})\.jsonl?$/.exec(name)?.[1]
  return networkId.safeParse(Number(digits)).data
}

/** A damaged one is set aside, any other left as it is: it is replaced as soon as the daemon was listed. */
function explain(file: string, network: NetworkId, error: unknown): string {
  if (error instanceof NewerFormat) return messages.listingIgnored(file, network, error.message)
  if (!(error instanceof Damage))
    return messages.listingIgnored(file, network, `${reasonOf(error).why} (${codeOf(error)})`)
  try {
    return messages.listingDamaged(file, network, error.message, basename(setAside(file, 'move')))
  } catch {
    return messages.listingIgnored(file, network, error.message)
  }
}
