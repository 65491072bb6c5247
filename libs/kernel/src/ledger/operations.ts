import { isNetworkId } from '@route-server/plugin-api'
import type { NetworkId, Settings } from '@route-server/plugin-api'
import { normalHost } from '@route-server/traefik'
import type { Policy } from '../policy.ts'
import { fixedOwners } from './fixed-owners.ts'
import { allocatedEntryPoint, entryPointKey, LEDGER_PARTS } from './ledger.ts'
import type { Ledger } from './ledger.ts'

/** A claim, for people. */
export interface ClaimRow {
  /** What `releaseClaim` and `assignClaim` take: `app.example.com`, `*.app.example.com`, `tcp-25`. */
  readonly subject: string
  readonly kind: 'host' | 'entry point'
  readonly network: NetworkId
  /** Of an entry point. */
  readonly use?: 'alone' | 'shared'
  /** Services that the entry point was found for, with their ports: `db 5432`. */
  readonly services: readonly string[]
  /** Milliseconds since 1970. */
  readonly since: number
  /** For how long its owner was seen not to use it; milliseconds. */
  readonly away: number
}

/** A sentence for whoever asked. */
export interface Problem {
  readonly error: string
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const entryPointIn = (key: string): string => key.slice(key.indexOf(' ') + 1)

const orders = new WeakMap<Ledger['hosts'], readonly string[]>()

/** In the order of the alphabet; sorted again where one is new or gone. */
function sortedHosts(hosts: Ledger['hosts']): readonly string[] {
  const known = orders.get(hosts)
  if (known?.length === hosts.size && known.every((host) => hosts.has(host))) return known
  const sorted = [...hosts.keys()].sort(byText)
  orders.set(hosts, sorted)
  return sorted
}

/** Hosts first, in the order of the alphabet; then entry points, in that of their ports. */
export function listClaims({ hosts, entryPoints, ports }: Ledger): readonly ClaimRow[] {
  const services = new Map<string, string[]>()
  for (const allocation of ports.values()) {
    const key = `${allocatedEntryPoint(allocation)} ${allocation.network}`
    services.set(key, [...(services.get(key) ?? []), `${allocation.service} ${allocation.port}`].sort(byText))
  }
  return [
    ...sortedHosts(hosts).flatMap((subject): ClaimRow | [] => {
      const claim = hosts.get(subject)
      if (!claim) return []
      const { network, since, away } = claim
      return { subject, kind: 'host', network, services: [], since, away }
    }),
    ...[...entryPoints]
      .flatMap(([key, users]) =>
        users.map(({ network, use, since, away }) => ({
          subject: entryPointIn(key),
          kind: 'entry point' as const,
          network,
          use,
          services: services.get(`${key} ${network}`) ?? [],
          since,
          away,
        })),
      )
      .sort((a, b) => a.subject.localeCompare(b.subject, 'en', { numeric: true }) || a.network - b.network),
  ]
}

const PROTOCOLS = ['tcp', 'udp'] as const
const NUMBERED = /^(tcp|udp)-[0-9]{1,5}$/

/** The entry points that a subject may mean, by the ledger's keys. */
function entryPointsOf(subject: string, { entryPoints }: Ledger): readonly string[] {
  const protocol = NUMBERED.exec(subject)?.[1] as 'tcp' | 'udp' | undefined
  if (protocol !== undefined) return [entryPointKey(protocol, subject)]
  return PROTOCOLS.map((each) => entryPointKey(each, subject)).filter((key) => entryPoints.has(key))
}

const without = <V>(map: ReadonlyMap<string, V>, isOut: (key: string, value: V) => boolean): ReadonlyMap<string, V> =>
  new Map([...map].filter(([key, value]) => !isOut(key, value)))

/** The ledger without any claim on the subject, nor on ports of that entry point: the next who asks has it. */
export function releaseClaim(ledger: Ledger, subject: string): Ledger | Problem {
  const name = normalHost(subject)
  const host = 'host' in name ? name.host : undefined
  const keys = entryPointsOf(subject, ledger)
  const released: Ledger = {
    ...ledger,
    hosts: without(ledger.hosts, (key) => key === host),
    entryPoints: without(ledger.entryPoints, (key) => keys.includes(key)),
    ports: without(ledger.ports, (_, allocation) => keys.includes(allocatedEntryPoint(allocation))),
  }
  const isSame = LEDGER_PARTS.every((part) => released[part].size === ledger[part].size)
  return isSame
    ? { error: `Nobody has claimed "${subject}". See route-server claims list for what is claimed.` }
    : released
}

/** Why no claim on the host would change anything: it is somebody's by its name, or by the operator's word. */
export function fixedOwner(subject: string, settings: Settings, policy: Policy): Problem | undefined {
  const name = normalHost(subject)
  const owner = 'host' in name ? fixedOwners(settings, policy).ownerOf(name.host) : undefined
  if (!owner) return undefined
  const why = owner.by === 'operator' ? 'as the configuration says (hosts); change it there' : 'by its name'
  return { error: `"${subject}" is network ${owner.network}'s, ${why}.` }
}

/** The ledger with the subject given to the network, whoever had it: a host, or an entry point for it alone. */
export function assignClaim(ledger: Ledger, subject: string, network: NetworkId, now: number): Ledger | Problem {
  if (!isNetworkId(network))
    return { error: `"${network}" is no network ID. It must be a multiple of 64 from 64 to 16777152.` }
  const claim = { network, since: now, away: 0 }
  const keys = entryPointsOf(subject, ledger)
  if (keys.length > 0)
    return {
      ...ledger,
      entryPoints: new Map([
        ...ledger.entryPoints,
        ...keys.map((key) => [key, [{ ...claim, use: 'alone' as const }]] as const),
      ]),
      ports: without(
        ledger.ports,
        (_, allocation) => allocation.network !== network && keys.includes(allocatedEntryPoint(allocation)),
      ),
    }
  const name = normalHost(subject)
  if ('problem' in name)
    return { error: `"${subject}" ${name.problem}. Name a host, *.host, or an entry point such as tcp-25.` }
  return { ...ledger, hosts: new Map([...ledger.hosts, [name.host, claim]]) }
}
