import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { codeOf, isLeftover } from '@route-server/disk'
import type { Ledger, Listing } from '@route-server/kernel'
import type { NetworkId } from '@route-server/plugin-api'
import { readClaims } from './claims-file.ts'
import { Damage, NewerFormat } from './format.ts'
import { readListing } from './listing-file.ts'
import * as messages from './messages.ts'
import { readText } from './read-file.ts'
import { reasonOf } from './reasons.ts'
import { digestOf } from './gather.ts'
import { networkId, printable } from './schema.ts'
import { isSetAside, setAside } from './set-aside.ts'
import { StateError } from './state-error.ts'

/** What a state directory holds. */
export interface Loaded {
  readonly ledger: Ledger
  /** What claims.json holds, as `digestOf` it. Nothing if the ledger has to be saved anew. */
  readonly claimsOnDisk: string | undefined
  readonly listings: ReadonlyMap<NetworkId, Listing>
  /** The same of each listing's file that is there. */
  readonly listingsOnDisk: ReadonlyMap<NetworkId, string | undefined>
  /** Sentences for people. */
  readonly findings: readonly string[]
}

export const claimsFile = (path: string): string => join(path, 'claims.json')
export const listingsFolder = (path: string): string => join(path, 'listings')
export const listingFile = (path: string, network: NetworkId): string => join(path, 'listings', `${network}.json`)

/** Reads a state directory that this process holds, and tidies it up. Throws a {@link StateError} rather than forget claims that are there. */
export function load(path: string): Loaded {
  makeListingsFolder(path)
  removeLeftovers(path)
  removeLeftovers(listingsFolder(path))
  const claims = loadClaims(claimsFile(path))
  const listings = loadListings(path)
  return { ...claims, ...listings, findings: [...claims.findings, ...listings.findings] }
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

const NO_CLAIMS: Ledger = { hosts: new Map(), entryPoints: new Map(), ports: new Map() }

type LoadedClaims = Pick<Loaded, 'ledger' | 'claimsOnDisk' | 'findings'>

function loadClaims(file: string): LoadedClaims {
  try {
    const text = readText(file)
    if (text === undefined) return { ledger: NO_CLAIMS, claimsOnDisk: digestOf(undefined), findings: [] }
    const { ledger, faults } = readClaims(text)
    if (faults.length === 0) return { ledger, claimsOnDisk: digestOf(text), findings: [] }
    const findings = [messages.claimsPartlyDamaged(file, setAside(file, 'copy'), faults)]
    return { ledger, claimsOnDisk: undefined, findings }
  } catch (error) {
    if (error instanceof NewerFormat) throw messages.claimsTooNew(file, error)
    if (!(error instanceof Damage)) throw messages.claimsUnreadable(file, error)
    const findings = [messages.claimsDamaged(file, moved(file), error.message)]
    return { ledger: NO_CLAIMS, claimsOnDisk: digestOf(undefined), findings }
  }
}

function moved(file: string): string {
  try {
    return setAside(file, 'move')
  } catch (error) {
    throw messages.claimsUnreadable(file, error)
  }
}

function loadListings(path: string): Pick<Loaded, 'listings' | 'listingsOnDisk' | 'findings'> {
  const listings = new Map<NetworkId, Listing>()
  const listingsOnDisk = new Map<NetworkId, string | undefined>()
  const findings: string[] = []
  for (const name of readdirSync(listingsFolder(path)).sort()) {
    if (isSetAside(name)) continue
    const network = networkIn(name)
    if (network === undefined) {
      findings.push(messages.notOurs(join(listingsFolder(path), printable(name))))
      continue
    }
    const file = listingFile(path, network)
    listingsOnDisk.set(network, undefined)
    try {
      const text = readText(file)
      if (text === undefined) continue
      listings.set(network, readListing(text, network))
      listingsOnDisk.set(network, digestOf(text))
    } catch (error) {
      findings.push(explain(file, network, error))
    }
  }
  return { listings, listingsOnDisk, findings }
}

/** The network of a listing's file, `2816.json`. */
function networkIn(name: string): NetworkId | undefined {
  const digits = /^([1-9]\d{1,7})\.json$/.exec(name)?.[1]
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
