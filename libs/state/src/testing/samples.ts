import type { Claim, Ledger, Listing } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'

const HOST = 'app.example.com'

/** A ledger with something of everything, large enough for a save to take a while, that tells which one it is. */
export function ledgerOf(version: number): Ledger {
  const claim: Claim = { network: 2816, since: version, away: 0.5 }
  const others = Array.from({ length: 50 }, (_, i) => [`other-${i}.example.com`, claim] as const)
  return {
    hosts: new Map([[HOST, claim], ...others]),
    entryPoints: new Map([['tcp tcp-25', [{ ...claim, use: 'alone' }]]]),
    ports: new Map([['2816 tcp db 5432', { ...claim, protocol: 'tcp', service: 'db', port: 5432, external: 10_000 }]]),
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

/** A listing that tells which one it is. */
export const numberedListing = (version: number): Listing =>
  listingOf(Array.from({ length: 10 }, (_, i) => containerOf({ id: `c${i}`, created: version })))

export const versionIn = (listing: Listing | undefined): number => listing?.containers[0]?.created ?? 0
