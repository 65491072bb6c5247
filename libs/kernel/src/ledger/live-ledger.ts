import type { NetworkId } from '@route-server/plugin-api'
import { createMultimap } from '../multimap.ts'
import { createOrdered } from '../ordered.ts'
import type { Ordered } from '../ordered.ts'
import { isWildcard, wildcardsAbove } from './fixed-owners.ts'
import type { FixedOwners, Held, Owner } from './fixed-owners.ts'
import { allocatedEntryPoint, certificateKey } from './ledger.ts'
import type { Allocation, Certificate, Claim, EntryPointClaim, Ledger, LedgerChange } from './ledger.ts'

/** The ledger as it is, asked from every side, and written to. */
export interface LiveLedger {
  /** Changes as this does. */
  readonly ledger: Ledger
  /** Whose a name is: of a host, or of all hosts below one. */
  ownerOf(name: string): Owner | undefined
  /** Whether the network has the very name in the ledger. */
  hasRow(name: string, network: NetworkId): boolean
  /** What another network holds below the wildcard's parent; of several, that of the lowest network. */
  heldBelow(wildcard: string, network: NetworkId): Held | undefined
  /** How many hosts the network has claimed, those that it doesn't use included. */
  hostsOf(network: NetworkId): number
  /** How many TCP and UDP entry points the network has claimed, alone or with others, those that it doesn't use included. */
  entryPointsOf(network: NetworkId): number
  /** Whether a certificate for the host was asked for, and still counts. */
  hasCertificate(host: string, network: NetworkId): boolean
  /** For how many hosts the network had certificates asked for, those of the past week that it doesn't route any more included. */
  certificatesOf(network: NetworkId): number
  usersOf(key: string): readonly EntryPointClaim[]
  allocationOf(key: string): Allocation | undefined
  /** Who has been allocated an entry point's port. */
  allocatedOn(key: string): Iterable<Allocation>
  /** Writes down what changed. */
  write(change: LedgerChange): void
}

const byNetworkAndName = (a: Held, b: Held): number =>
  a.network - b.network || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** What other networks hold below wildcards, for those that somebody asked about. */
function createBelow(rows: () => Iterable<Held>) {
  const asked = new Map<string, Ordered<Held, never>>()
  const isBelow = (name: string, wildcard: string): boolean => {
    if (name === wildcard) return true
    for (const above of wildcardsAbove(name)) if (above === wildcard) return true
    return false
  }

  function of(wildcard: string): Ordered<Held, never> {
    const known = asked.get(wildcard)
    if (known) return known
    const held = createOrdered<Held>(byNetworkAndName)
    for (const row of rows()) if (isBelow(row.name, wildcard)) held.add(row)
    asked.set(wildcard, held)
    return held
  }

  function* concerned({ name }: Held): Iterable<Ordered<Held, never>> {
    if (asked.size === 0) return
    for (const wildcard of [...(isWildcard(name) ? [name] : []), ...wildcardsAbove(name)]) {
      const held = asked.get(wildcard)
      if (held) yield held
    }
  }

  return {
    add(row: Held): void {
      for (const held of concerned(row)) held.add(row)
    },
    delete(row: Held): void {
      for (const held of concerned(row)) held.delete(row)
    },
    /** Of the lowest network but this. */
    first(wildcard: string, network: NetworkId): Held | undefined {
      for (const held of of(wildcard).from()) if (held.network !== network) return held
      return undefined
    },
  }
}

/** How many each network has. */
function createCount() {
  const counts = new Map<NetworkId, number>()
  const of = (network: NetworkId): number => counts.get(network) ?? 0
  return {
    of,
    add(network: NetworkId, by: number): void {
      const count = of(network) + by
      if (count === 0) counts.delete(network)
      else counts.set(network, count)
    },
  }
}

function put<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

export function openLedger(from: Ledger, owners: FixedOwners): LiveLedger {
  const hosts = new Map<string, Claim>()
  const entryPoints = new Map<string, readonly EntryPointClaim[]>()
  const ports = new Map<string, Allocation>()
  const certificates = new Map<string, Certificate>()
  const hostCount = createCount()
  const entryPointCount = createCount()
  const certificateCount = createCount()
  const allocated = createMultimap<string, Allocation>()
  const heldBy = (name: string, { network }: Claim): Held => ({
    name,
    network: owners.ownerOf(name)?.network ?? network,
  })
  function* rows(): Iterable<Held> {
    for (const [name, claim] of hosts) yield heldBy(name, claim)
    yield* owners.given
  }
  const below = createBelow(rows)

  function writeHost(name: string, claim: Claim | undefined): void {
    const before = hosts.get(name)
    put(hosts, name, claim)
    if (before?.network === claim?.network) return
    if (before) {
      below.delete(heldBy(name, before))
      hostCount.add(before.network, -1)
    }
    if (claim) {
      below.add(heldBy(name, claim))
      hostCount.add(claim.network, 1)
    }
  }

  function writeEntryPoint(key: string, users: readonly EntryPointClaim[] | undefined): void {
    for (const { network } of entryPoints.get(key) ?? []) entryPointCount.add(network, -1)
    for (const { network } of users ?? []) entryPointCount.add(network, 1)
    put(entryPoints, key, users)
  }

  function writePort(key: string, allocation: Allocation | undefined): void {
    const before = ports.get(key)
    if (before) allocated.delete(allocatedEntryPoint(before), before)
    if (allocation) allocated.add(allocatedEntryPoint(allocation), allocation)
    put(ports, key, allocation)
  }

  function writeCertificate(key: string, certificate: Certificate | undefined): void {
    const before = certificates.get(key)
    if (before) certificateCount.add(before.network, -1)
    if (certificate) certificateCount.add(certificate.network, 1)
    put(certificates, key, certificate)
  }

  function claimOf(name: string): Claim | undefined {
    const exact = hosts.get(name)
    if (exact) return exact
    for (const wildcard of wildcardsAbove(name)) {
      const claim = hosts.get(wildcard)
      if (claim) return claim
    }
    return undefined
  }

  function write(change: LedgerChange): void {
    for (const [name, claim] of change.hosts) writeHost(name, claim)
    for (const [key, users] of change.entryPoints) writeEntryPoint(key, users)
    for (const [key, allocation] of change.ports) writePort(key, allocation)
    for (const [key, certificate] of change.certificates) writeCertificate(key, certificate)
  }

  write(from)
  return {
    ledger: { hosts, entryPoints, ports, certificates },
    ownerOf(name) {
      const owner = owners.ownerOf(name)
      if (owner) return owner
      const claim = claimOf(name)
      return claim && { network: claim.network, by: 'claim' }
    },
    hasRow: (name, network) => hosts.get(name)?.network === network,
    heldBelow: (wildcard, network) => below.first(wildcard, network),
    hostsOf: hostCount.of,
    entryPointsOf: entryPointCount.of,
    hasCertificate: (host, network) => certificates.has(certificateKey(network, host)),
    certificatesOf: certificateCount.of,
    usersOf: (key) => entryPoints.get(key) ?? [],
    allocationOf: (key) => ports.get(key),
    allocatedOn: (key) => allocated.of(key),
    write,
  }
}

/** The entry point's users with one more, or with another use by one of them; ascending. */
export function withUser(
  users: readonly EntryPointClaim[],
  network: NetworkId,
  use: EntryPointClaim['use'],
  now: number,
): readonly EntryPointClaim[] {
  const own = users.find((claim) => claim.network === network) ?? { network, since: now, away: 0 }
  return [...users.filter((claim) => claim.network !== network), { ...own, use }].sort((a, b) => a.network - b.network)
}
