import type { NetworkId } from '@route-server/plugin-api'
import { allocationKey, entryPointKey } from '../ledger/ledger.ts'
import type { LiveLedger } from '../ledger/live-ledger.ts'
import type { Shares } from '../policy.ts'
import type { Decision } from './decide.ts'
import type { Demand } from './demand.ts'
import { shareExceeded } from './findings.ts'
import type { Finding } from './findings.ts'
import type { Outcome } from './outcome.ts'
import type { Amounts, Ask, Excess } from './quota.ts'

/** What routers are counted by, in the order in which it is said that there is too much. */
const KINDS = ['routers', 'hosts', 'ports', 'certificateHosts'] as const
const [ROUTERS, HOSTS, PORTS, CERTIFICATES] = [0, 1, 2, 3] as const

export const routerLimits = (shares: Shares): Amounts => KINDS.map((kind) => shares[kind])

const ONE_ROUTER: Amounts = [1, 0, 0, 0]
const NOTHING: Amounts = [0, 0, 0, 0]

/** What a router counts as that wants nothing of what all have in common. */
export const MERE_ROUTER: Ask = { own: ONE_ROUTER, names: [], least: NOTHING }

/** How many bytes an entry takes. */
export const bytesAsk = (text: string): Ask => ({ own: [text.length], names: [], least: [0] })

/**
 * The entry points that a router is on, shared ones too: who is there first keeps others from having them alone. Of several requests
 * that are new each finds the same free port until one has it, so they are told apart by what asks.
 */
function entryPointsOf({ uses, asks, network, entry }: Demand, { found }: Outcome): readonly string[] {
  const keys = uses.map(({ key }) => key)
  if (!asks || !found) return keys
  const key = found.isNew
    ? allocationKey({ ...asks, network, service: entry.by?.service ?? '' })
    : entryPointKey(asks.protocol, `${asks.protocol}-${found.port}`)
  return [...keys, key]
}

/**
 * What a router counts as. What its network claimed and doesn't use, hosts and ports, counts as long as the claim lasts, against those that have
 * to claim something; so does, for a week, a certificate that was asked for. `isHopeful`: counted as if it had claimed all its hosts.
 */
export function askOf({ demand, outcome }: Decision, isHopeful: boolean, ledger: LiveLedger): Ask {
  const { network } = demand
  const claimed = isHopeful ? demand.hosts.map(({ name }) => name) : outcome.hosts
  const hosts = demand.hosts
    .map(({ name }) => name)
    .filter((name) => claimed.includes(name) || ledger.hasRow(name, network))
  const ports = [...new Set(entryPointsOf(demand, outcome))]
  const isNewPort = (key: string): boolean => ledger.usersOf(key).every((user) => user.network !== network)
  const added = {
    hosts: claimed.length,
    ports: ports.filter(isNewPort).length,
    certificates: outcome.certificates.length,
  }
  return {
    own: ONE_ROUTER,
    names: [
      ...hosts.map((name) => [HOSTS, name] as const),
      ...ports.map((key) => [PORTS, key] as const),
      ...demand.certificates.map((host) => [CERTIFICATES, host] as const),
    ],
    least:
      added.hosts + added.ports + added.certificates === 0
        ? NOTHING
        : [
            0,
            added.hosts && ledger.hostsOf(network) + added.hosts,
            added.ports && ledger.entryPointsOf(network) + added.ports,
            added.certificates && ledger.certificatesOf(network) + added.certificates,
          ],
  }
}

/** What is said of a router that its network would have too much with. */
export const routerExcess = ({ kind, count }: Excess, network: NetworkId, shares: Shares): Finding => {
  const limit = KINDS[kind] ?? KINDS[ROUTERS]
  return shareExceeded(limit, network, count, shares[limit])
}

export const bytesExcess = ({ count }: Excess, network: NetworkId, { bytes }: Shares): Finding =>
  shareExceeded('bytes', network, count, bytes)
