import type { NetworkId, Settings } from '@route-server/plugin-api'
import type { Entry } from '../document/entry.ts'
import type { Shares } from '../policy.ts'
import type { Book } from './book.ts'
import type { Demand } from './demand.ts'
import { shareExceeded } from './findings.ts'
import type { Finding } from './findings.ts'
import { allocationKey } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import { sharesCertificate } from './standing.ts'

/** What a network has come to so far. */
export interface Tally {
  /** Counts a router that is granted; or says what it would be too much of, and counts nothing. */
  admit(demand: Demand, outcome: Outcome): Finding | undefined
}

const alonePorts = ({ uses, asks, network, entry }: Demand): readonly string[] => [
  ...uses.filter(({ use }) => use === 'alone').map(({ key }) => key),
  ...(asks ? [allocationKey({ ...asks, network, service: entry.by?.service ?? '' })] : []),
]

const without = (known: ReadonlySet<string>, names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name) => !known.has(name))),
]

/** Counts one network's routers, the oldest first. A host that it claimed and doesn't use counts as long as the claim lasts. */
export function createTally(network: NetworkId, shares: Shares, { baseDomain }: Settings, book: Book): Tally {
  let routers = 0
  let claimed = 0
  const used = { hosts: new Set<string>(), ports: new Set<string>(), certificateHosts: new Set<string>() }

  return {
    admit(demand, outcome) {
      const added = {
        hosts: demand.hosts
          .map(({ name }) => name)
          .filter((name) => outcome.hosts.includes(name) || book.hasRow(name, network)),
        ports: alonePorts(demand),
        certificateHosts: demand.certificates.filter((host) => !sharesCertificate(host, baseDomain)),
      }
      const fresh = {
        hosts: without(used.hosts, added.hosts),
        ports: without(used.ports, added.ports),
        certificateHosts: without(used.certificateHosts, added.certificateHosts),
      }
      const claims = outcome.hosts.filter((host) => !used.hosts.has(host)).length
      const counts = {
        routers: routers + 1,
        hosts: Math.max(used.hosts.size + fresh.hosts.length, claims && book.hostsOf(network) + claimed + claims),
        ports: used.ports.size + fresh.ports.length,
        certificateHosts: used.certificateHosts.size + fresh.certificateHosts.length,
      }
      for (const limit of ['routers', 'hosts', 'ports', 'certificateHosts'] as const)
        if (counts[limit] > shares[limit]) return shareExceeded(limit, network, counts[limit], shares[limit])
      routers += 1
      claimed += claims
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
