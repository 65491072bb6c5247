import type { NetworkId, Settings } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Shares } from '../policy.ts'
import type { Book } from './book.ts'
import type { Demand } from './demand.ts'
import { shareExceeded } from './findings.ts'
import type { Finding } from './findings.ts'
import { allocationKey, entryPointKey } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import { sharesCertificate } from './standing.ts'

/** What a network has come to so far. */
export interface Tally {
  /** Counts a router that is granted; or says what it would be too much of, and counts nothing. */
  admit(demand: Demand, outcome: Outcome): Finding | undefined
}

/**
 * The entry points that a router is on, shared ones too: who is there first keeps others from having them alone. Of several requests
 * that are new each finds the same free port until one has it, so they are told apart by what asks.
 */
const entryPointsOf = ({ uses, asks, network, entry }: Demand, { found }: Outcome): readonly string[] => {
  const keys = uses.map(({ key }) => key)
  if (!asks || !found) return keys
  const service = entry.by?.service ?? ''
  return [
    ...keys,
    found.isNew
      ? allocationKey({ ...asks, network, service })
      : entryPointKey(asks.protocol, `${asks.protocol}-${found.port}`),
  ]
}

const without = (known: ReadonlySet<string>, names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name) => !known.has(name))),
]

/** Counts one network's routers, the oldest first. What it claimed and doesn't use, hosts and ports, counts as long as the claim lasts. */
export function createTally(network: NetworkId, shares: Shares, { baseDomain }: Settings, book: Book): Tally {
  let routers = 0
  const claimed = { hosts: 0, ports: 0 }
  const used = { hosts: new Set<string>(), ports: new Set<string>(), certificateHosts: new Set<string>() }

  return {
    admit(demand, outcome) {
      const added = {
        hosts: demand.hosts
          .map(({ name }) => name)
          .filter((name) => outcome.hosts.includes(name) || book.hasRow(name, network)),
        ports: entryPointsOf(demand, outcome),
        certificateHosts: demand.certificates.filter((host) => !sharesCertificate(host, baseDomain)),
      }
      const fresh = {
        hosts: without(used.hosts, added.hosts),
        ports: without(used.ports, added.ports),
        certificateHosts: without(used.certificateHosts, added.certificateHosts),
      }
      const claims = {
        hosts: outcome.hosts.filter((host) => !used.hosts.has(host)).length,
        ports: fresh.ports.filter((key) => book.usersOf(key).every((user) => user.network !== network)).length,
      }
      const counted = (what: 'hosts' | 'ports', before: number): number =>
        Math.max(used[what].size + fresh[what].length, claims[what] && before + claimed[what] + claims[what])
      const counts = {
        routers: routers + 1,
        hosts: counted('hosts', book.hostsOf(network)),
        ports: counted('ports', book.entryPointsOf(network)),
        certificateHosts: used.certificateHosts.size + fresh.certificateHosts.length,
      }
      for (const limit of ['routers', 'hosts', 'ports', 'certificateHosts'] as const)
        if (counts[limit] > shares[limit]) return shareExceeded(limit, network, counts[limit], shares[limit])
      routers += 1
      claimed.hosts += claims.hosts
      claimed.ports += claims.ports
      for (const what of ['hosts', 'ports', 'certificateHosts'] as const)
        for (const name of fresh[what]) used[what].add(name)
      return undefined
    },
  }
}

/** The entries that make a network's part of the document larger than it may be, with how large. Expects the oldest first. */
export function* overBytes(
  entries: Iterable<Entry>,
  allowed: number,
): Iterable<readonly [entry: Entry, bytes: number]> {
  let bytes = 0
  for (const entry of entries)
    if (bytes + entry.text.length > allowed) yield [entry, bytes + entry.text.length]
    else bytes += entry.text.length
}
