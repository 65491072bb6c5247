import type { NetworkId } from '@route-server/plugin-api'
import type { EntryPointUse } from './entry-points.ts'
import { allocationKey, entryPointKey } from './ledger.ts'
import type { Allocation, Claim, EntryPointClaim, Ledger } from './ledger.ts'
import { isWildcard, wildcardsAbove } from './standing.ts'
import type { Held, Owner, Standing } from './standing.ts'

/** The ledger, opened: asked from every side, and written to. The ledger that it was opened from stays as it is. */
export interface Book {
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
  usersOf(key: string): readonly EntryPointClaim[]
  allocationOf(key: string): Allocation | undefined
  /** Who has been allocated an entry point's port. */
  allocatedOn(key: string): readonly Allocation[]
  claimHost(name: string, network: NetworkId): void
  claimEntryPoint(use: Pick<EntryPointUse, 'key' | 'use'>, network: NetworkId): void
  allocate(allocation: Omit<Allocation, keyof Claim>, network: NetworkId): void
  /** With all that was written; the same object if nothing was. */
  close(): Ledger
}

/** How the ledger names the entry point of an allocation. */
export const allocatedEntryPoint = ({ protocol, external }: Pick<Allocation, 'protocol' | 'external'>): string =>
  entryPointKey(protocol, `${protocol}-${external}`)

/** Of two networks at most, the lowest: enough to tell whether anybody but a given one is there. */
function withHeld(known: readonly Held[] = [], held: Held): readonly Held[] {
  const same = known.find(({ network }) => network === held.network)
  if (same && same.name <= held.name) return known
  return [...known.filter((other) => other !== same), held].sort((a, b) => a.network - b.network).slice(0, 2)
}

/** Under each wildcard, who is below it. */
type Below = Map<string, readonly Held[]>

function enterBelow(index: Below, held: Held): void {
  if (isWildcard(held.name)) index.set(held.name, withHeld(index.get(held.name), held))
  for (const wildcard of wildcardsAbove(held.name)) index.set(wildcard, withHeld(index.get(wildcard), held))
}

/** A map that is copied when it is first written to. */
function draftOf<K, V>(original: ReadonlyMap<K, V>) {
  let copy: Map<K, V> | undefined
  return {
    get now(): ReadonlyMap<K, V> {
      return copy ?? original
    },
    set: (key: K, value: V): void => void (copy ??= new Map(original)).set(key, value),
    isChanged: (): boolean => copy !== undefined,
  }
}

/** An index that is made when it is first asked for, and from then on brought up to date. */
function indexed<T, Item>(items: () => Iterable<Item>, index: T, enter: (index: T, item: Item) => void) {
  let isMade = false
  return {
    get(): T {
      if (!isMade) for (const item of items()) enter(index, item)
      isMade = true
      return index
    },
    add(item: Item): void {
      if (isMade) enter(index, item)
    },
  }
}

/** `now`: of the claims that are written; milliseconds since 1970. */
export function openLedger(ledger: Ledger, standing: Standing, now: number): Book {
  const hosts = draftOf(ledger.hosts)
  const entryPoints = draftOf(ledger.entryPoints)
  const ports = draftOf(ledger.ports)
  const claimBy = (network: NetworkId): Claim => ({ network, since: now, away: 0 })

  function* held(): Iterable<Held> {
    for (const [name, { network }] of hosts.now) yield { name, network: standing.ownerOf(name)?.network ?? network }
    yield* standing.given
  }
  const below = indexed(held, new Map() as Below, enterBelow)
  const countOf = (claims: () => Iterable<Pick<Claim, 'network'>>) =>
    indexed(claims, new Map<NetworkId, number>(), (index, { network }: Pick<Claim, 'network'>) => {
      index.set(network, (index.get(network) ?? 0) + 1)
    })
  const counts = {
    hosts: countOf(() => hosts.now.values()),
    entryPoints: countOf(() => [...entryPoints.now.values()].flat()),
  }
  const allocated = indexed(
    () => ports.now.values(),
    new Map<string, readonly Allocation[]>(),
    (index, allocation: Allocation) => {
      const key = allocatedEntryPoint(allocation)
      index.set(key, [...(index.get(key) ?? []), allocation])
    },
  )

  function claimOf(name: string): Claim | undefined {
    const exact = hosts.now.get(name)
    if (exact) return exact
    for (const wildcard of wildcardsAbove(name)) {
      const claim = hosts.now.get(wildcard)
      if (claim) return claim
    }
    return undefined
  }

  return {
    ownerOf(name) {
      const owner = standing.ownerOf(name)
      if (owner) return owner
      const claim = claimOf(name)
      return claim && { network: claim.network, by: 'claim' }
    },
    hasRow: (name, network) => hosts.now.get(name)?.network === network,
    heldBelow: (wildcard, network) =>
      below
        .get()
        .get(wildcard)
        ?.find((other) => other.network !== network),
    hostsOf: (network) => counts.hosts.get().get(network) ?? 0,
    entryPointsOf: (network) => counts.entryPoints.get().get(network) ?? 0,
    usersOf: (key) => entryPoints.now.get(key) ?? [],
    allocationOf: (key) => ports.now.get(key),
    allocatedOn: (key) => allocated.get().get(key) ?? [],
    claimHost(name, network) {
      hosts.set(name, claimBy(network))
      below.add({ name, network })
      counts.hosts.add({ network })
    },
    claimEntryPoint({ key, use }, network) {
      const users = entryPoints.now.get(key) ?? []
      const known = users.find((claim) => claim.network === network)
      const own = known ?? claimBy(network)
      const others = users.filter((claim) => claim.network !== network)
      entryPoints.set(
        key,
        [...others, { ...own, use }].sort((a, b) => a.network - b.network),
      )
      if (!known) counts.entryPoints.add({ network })
    },
    allocate(allocation, network) {
      const claimed = { ...allocation, ...claimBy(network) }
      ports.set(allocationKey(claimed), claimed)
      allocated.add(claimed)
    },
    close: () =>
      [hosts, entryPoints, ports].some(({ isChanged }) => isChanged())
        ? { hosts: hosts.now, entryPoints: entryPoints.now, ports: ports.now }
        : ledger,
  }
}
