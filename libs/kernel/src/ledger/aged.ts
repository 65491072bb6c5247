import type { NetworkId } from '@route-server/plugin-api'
import { allocationKey, LEDGER_PARTS } from './ledger.ts'
import type { Certificate, Claim, EntryPointClaim, Ledger } from './ledger.ts'

/** What a network uses of what it has in the ledger, by the ledger's keys. */
export interface Used {
  readonly hosts: ReadonlySet<string>
  readonly entryPoints: ReadonlyMap<string, EntryPointClaim['use']>
  readonly ports: ReadonlySet<string>
  readonly certificates: ReadonlySet<string>
}

export interface Aging {
  /** Whether what the network doesn't use is known to be unused: its daemon was seen, alive or gone. */
  readonly isAway: (network: NetworkId) => boolean
  /** Since the last time; milliseconds. */
  readonly elapsed: number
  /** For how long a claim may be unused; milliseconds. */
  readonly lapse: number
  /** Milliseconds since 1970. */
  readonly date: number
}

/** For how long a certificate counts: the period of the limits of Let's Encrypt and others. Milliseconds. */
const WEEK = 7 * 24 * 3_600_000

/** The claim as it is now; `undefined` if it lapsed. */
function agedClaim<C extends Claim>(claim: C, isUsed: boolean, { isAway, elapsed, lapse }: Aging): C | undefined {
  if (isUsed) return claim.away === 0 ? claim : { ...claim, away: 0 }
  if (!isAway(claim.network)) return claim
  const away = claim.away + elapsed
  return away >= lapse ? undefined : { ...claim, away }
}

/** The map with what `f` makes of its values, without those of which it makes nothing; the same object if all stay. */
function changed<V>(map: ReadonlyMap<string, V>, f: (value: V, key: string) => V | undefined): ReadonlyMap<string, V> {
  const next = new Map<string, V>()
  let isSame = true
  for (const [key, value] of map) {
    const now = f(value, key)
    if (now !== undefined) next.set(key, now)
    isSame &&= now === value
  }
  return isSame ? map : next
}

/** Nobody loses his place for having used an entry point less than he could: then he shares it. */
function agedUser(claim: EntryPointClaim, use: EntryPointClaim['use'] | undefined, aging: Aging) {
  const now = agedClaim(claim, use === 'alone' || use === claim.use, aging)
  return now ?? (use && { ...claim, use, away: 0 })
}

/** By the clock, as certificate authorities count; one that was set back lets the week begin anew. */
function agedCertificate(certificate: Certificate, isUsed: boolean, date: number): Certificate | undefined {
  if (certificate.since > date) return { ...certificate, since: date }
  return isUsed || date - certificate.since < WEEK ? certificate : undefined
}

/**
 * The ledger after some time: claims that their owners don't use grow older, and lapse; those that are used again are as new. What was
 * asked for over a week ago and isn't used is forgotten. The same object if nothing changed. `used`: as the arbiter told it for that ledger.
 */
export function aged(ledger: Ledger, used: ReadonlyMap<NetworkId, Used>, aging: Aging): Ledger {
  const hosts = changed(ledger.hosts, (claim, host) =>
    agedClaim(claim, used.get(claim.network)?.hosts.has(host) === true, aging),
  )
  const ports = changed(ledger.ports, (allocation) =>
    agedClaim(allocation, used.get(allocation.network)?.ports.has(allocationKey(allocation)) === true, aging),
  )
  const entryPoints = changed(ledger.entryPoints, (users, key) => {
    const now = users.flatMap((user) => agedUser(user, used.get(user.network)?.entryPoints.get(key), aging) ?? [])
    if (now.length === 0) return undefined
    return now.length === users.length && now.every((user, index) => user === users[index]) ? users : now
  })
  const certificates = changed(ledger.certificates, (certificate, key) =>
    agedCertificate(certificate, used.get(certificate.network)?.certificates.has(key) === true, aging.date),
  )
  const next: Ledger = { hosts, entryPoints, ports, certificates }
  return LEDGER_PARTS.every((part) => next[part] === ledger[part]) ? ledger : next
}
