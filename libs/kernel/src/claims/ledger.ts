import type { NetworkId } from '@route-server/plugin-api'

/** Whose something is. */
export interface Claim {
  readonly network: NetworkId
  /** When it was claimed; milliseconds since 1970, for people. */
  readonly since: number
  /** For how long the route server ran and saw that the owner doesn't use it; milliseconds. */
  readonly away: number
}

/** `alone`: nobody else can use the entry point. `shared`: others can, for other hosts. */
export interface EntryPointClaim extends Claim {
  readonly use: 'alone' | 'shared'
}

/** A port of a service, and the entry point's port that leads to it. */
export interface Allocation extends Claim {
  readonly protocol: 'tcp' | 'udp'
  /** As a DNS label. */
  readonly service: string
  /** That the service listens on. */
  readonly port: number
  /** That clients connect to. */
  readonly external: number
}

/** Everything that networks have from one another, as it is kept on disk. Never changed in place. */
export interface Ledger {
  /** By host, `app.example.com`, or by all hosts below one, `*.example.com`; lower case, no trailing dot. */
  readonly hosts: ReadonlyMap<string, Claim>
  /** By protocol and entry point, `tcp tcp-25`: who uses it, by ascending network. One, if he uses it alone. */
  readonly entryPoints: ReadonlyMap<string, readonly EntryPointClaim[]>
  /** By network, protocol, service and port: `2816 tcp db 5432`. */
  readonly ports: ReadonlyMap<string, Allocation>
}

/** What is other than in a ledger before, by its keys; `undefined` stands for what is no longer there. */
export interface LedgerChange {
  readonly hosts: ReadonlyMap<string, Claim | undefined>
  readonly entryPoints: ReadonlyMap<string, readonly EntryPointClaim[] | undefined>
  readonly ports: ReadonlyMap<string, Allocation | undefined>
}

export const EMPTY_LEDGER: Ledger = { hosts: new Map(), entryPoints: new Map(), ports: new Map() }

export const entryPointKey = (protocol: 'tcp' | 'udp', entryPoint: string): string => `${protocol} ${entryPoint}`

export const allocationKey = (of: Pick<Allocation, 'network' | 'protocol' | 'service' | 'port'>): string =>
  `${of.network} ${of.protocol} ${of.service} ${of.port}`

function isSameMap<V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>, isSame: (a: V, b: V) => boolean): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    const other = b.get(key)
    if (other === undefined || (other !== value && !isSame(value, other))) return false
  }
  return true
}

/** Whether the same networks have the same things, however old their claims are. */
export const isSameOwnership = (a: Ledger, b: Ledger): boolean =>
  isSameMap(a.hosts, b.hosts, (one, other) => one.network === other.network) &&
  isSameMap(
    a.entryPoints,
    b.entryPoints,
    (some, others) =>
      some.length === others.length &&
      some.every(({ network, use }, index) => others[index]?.network === network && others[index].use === use),
  ) &&
  isSameMap(a.ports, b.ports, (one, other) => one.external === other.external)
