import type { Claim, ContainerChange, Ledger, Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import { keptClaims } from '../kept-claims.ts'
import { containerLine, factsLine } from '../listing-file.ts'
import type { State } from '../state.ts'

const HOST = 'app.example.com'

/** A ledger with something of everything, large enough for a save to take a while, that tells which one it is. */
export function ledgerOf(version: number): Ledger {
  const claim: Claim = { network: 2816, since: version, away: 0.5 }
  const others = Array.from({ length: 50 }, (_, i) => [`other-${i}.example.com`, claim] as const)
  return {
    hosts: new Map([[HOST, claim], ...others]),
    entryPoints: new Map([['tcp tcp-25', [{ ...claim, use: 'alone' }]]]),
    ports: new Map([['2816 tcp db 5432', { ...claim, protocol: 'tcp', service: 'db', port: 5432, external: 10_000 }]]),
    certificates: new Map(),
  }
}

/** Which one it is; 0 for one without claims. */
export const versionOf = ({ hosts }: Ledger): number => hosts.get(HOST)?.since ?? 0

export function containerOf(fields: Partial<Container> = {}): Container {
  return {
    id: 'a'.repeat(64),
    name: 'web',
    image: 'nginx:1',
    created: 1_700_000_000,
    state: 'running',
    health: 'none',
    status: '',
    labels: Object.assign(Object.create(null) as object, { 'rediacc.service_name': 'web' }),
    networkMode: 'host',
    network: 2816,
    daemon: '/run/docker-2816.sock',
    ...fields,
  }
}

export function listingOf(containers: readonly Container[], network = 2816): Listing {
  return { network, daemon: `/run/docker-${network}.sock`, containers }
}

/** A journal of claims as it is when it was written anew. */
export const journalOf = (ledger: Ledger): string => [...keptClaims(ledger, '0.1.0').lines()].join('')

/** A listing's journal, likewise. */
export const listingJournalOf = (listing: Listing): string =>
  [factsLine(listing, '0.1.0'), ...listing.containers.map((each) => containerLine(each.id, each))].join('')

/** A directory's claims in the first format. */
export const firstClaims = ({ hosts, entryPoints, ports }: Ledger): string =>
  JSON.stringify(
    {
      format: 1,
      program: '0.1.0',
      hosts: Object.fromEntries(hosts),
      entryPoints: Object.fromEntries(entryPoints),
      ports: Object.fromEntries(ports),
    },
    null,
    2,
  )

/** A network's listing in the first format. */
export const firstListing = ({ network, daemon, outlived, containers }: Listing): string =>
  JSON.stringify({ format: 1, program: '0.1.0', network, daemon, outlived, containers })

/** A listing that tells which one it is. */
export const numberedListing = (version: number): Listing =>
  listingOf(Array.from({ length: 10 }, (_, i) => containerOf({ id: `c${i}`, created: version })))

export const versionIn = (listing: Listing | undefined): number => listing?.containers[0]?.created ?? 0

/** A change to exactly these containers. */
export function changeTo(listing: Listing, before: Iterable<string> = []): ContainerChange {
  const gone = Array.from(before, (id) => [id, undefined] as const)
  return new Map<string, Container | undefined>([
    ...gone,
    ...listing.containers.map((each) => [each.id, each] as const),
  ])
}

/** Keeps the listing as a whole. */
export const keepWhole = (state: State, listing: Listing): void =>
  state.keepListing(listing, changeTo(listing, state.kept.get(listing.network)?.keys()))
