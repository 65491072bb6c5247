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

/** A host for which a network had a certificate asked for. */
export interface Certificate {
  readonly network: NetworkId
  /** When it was first granted a router for that; milliseconds since 1970, and counted by. */
  readonly since: number
}

/** Everything that networks have from one another, as it is kept on disk. Nobody changes one but the arbiter its own. */
export interface Ledger {
  /** By host, `app.example.com`, or by all hosts below one, `*.example.com`; lower case, no trailing dot. */
  readonly hosts: ReadonlyMap<string, Claim>
  /** By protocol and entry point, `tcp tcp-25`: who uses it, by ascending network. One, if he uses it alone. */
  readonly entryPoints: ReadonlyMap<string, readonly EntryPointClaim[]>
  /** By network, protocol, service and port: `2816 tcp db 5432`. */
  readonly ports: ReadonlyMap<string, Allocation>
  /** By network and host, `2816 app.example.com`: those that are routed, and those of the past week. */
  readonly certificates: ReadonlyMap<string, Certificate>
}

/** What is other than in a ledger before, by its keys; `undefined` stands for what is no longer there. */
export interface LedgerChange {
  readonly hosts: ReadonlyMap<string, Claim | undefined>
  readonly entryPoints: ReadonlyMap<string, readonly EntryPointClaim[] | undefined>
  readonly ports: ReadonlyMap<string, Allocation | undefined>
  readonly certificates: ReadonlyMap<string, Certificate | undefined>
}

/** What a ledger is made of, in the order in which people read it. */
export const LEDGER_PARTS = [
  'hosts',
  'entryPoints',
  'ports',
  'certificates',
] as const satisfies readonly (keyof Ledger)[]

export const EMPTY_LEDGER: Ledger = {
  hosts: new Map(),
  entryPoints: new Map(),
  ports: new Map(),
  certificates: new Map(),
}

export const entryPointKey = (protocol: 'tcp' | 'udp', entryPoint: string): string => `${protocol} ${entryPoint}`

export const allocationKey = (of: Pick<Allocation, 'network' | 'protocol' | 'service' | 'port'>): string =>
  `${of.network} ${of.protocol} ${of.service} ${of.port}`

export const certificateKey = (network: NetworkId, host: string): string => `${network} ${host}`

/** How the ledger names the entry point of an allocation. */
export const allocatedEntryPoint = ({ protocol, external }: Pick<Allocation, 'protocol' | 'external'>): string =>
  entryPointKey(protocol, `${protocol}-${external}`)

/** What one map has and another hasn't, or has otherwise. */
function differences<V>(before: ReadonlyMap<string, V>, after: ReadonlyMap<string, V>): Map<string, V | undefined> {
  const different = new Map<string, V | undefined>()
  if (before === after) return different
  for (const [key, value] of after) if (before.get(key) !== value) different.set(key, value)
  for (const key of before.keys()) if (!after.has(key)) different.set(key, undefined)
  return different
}

/** What is other in a ledger than in the one before. Compares all of it. */
export const ledgerChange = (before: Ledger, after: Ledger): LedgerChange => ({
  hosts: differences(before.hosts, after.hosts),
  entryPoints: differences(before.entryPoints, after.entryPoints),
  ports: differences(before.ports, after.ports),
  certificates: differences(before.certificates, after.certificates),
})

export const isNoChange = (change: LedgerChange): boolean => LEDGER_PARTS.every((part) => change[part].size === 0)

/** Another ledger that says the same, to be written to. */
export const copyOf = (ledger: Ledger): Ledger => ({
  hosts: new Map(ledger.hosts),
  entryPoints: new Map(ledger.entryPoints),
  ports: new Map(ledger.ports),
  certificates: new Map(ledger.certificates),
})

/** Writes down in a copy what is other. */
export function note(change: LedgerChange, copy: Ledger): void {
  for (const part of LEDGER_PARTS) {
    const written = copy[part] as Map<string, unknown>
    for (const [key, value] of change[part]) {
      if (value === undefined) written.delete(key)
      else written.set(key, value)
    }
  }
}

const without = <V>(
  part: ReadonlyMap<string, V | undefined>,
  before: ReadonlyMap<string, V>,
  isSame: (before: V, after: V) => boolean,
): ReadonlyMap<string, V | undefined> =>
  new Map(
    [...part].filter(([key, value]) => {
      const was = before.get(key)
      return value === undefined || was === undefined || !isSame(was, value)
    }),
  )

/** What of a change makes something another's, or another use of it: claims that only grew older are left out. */
export const ownershipIn = (change: LedgerChange, before: Ledger): LedgerChange => ({
  hosts: without(change.hosts, before.hosts, (was, is) => was.network === is.network),
  entryPoints: without(
    change.entryPoints,
    before.entryPoints,
    (was, is) =>
      was.length === is.length &&
      was.every(({ network, use }, index) => is[index]?.network === network && is[index].use === use),
  ),
  ports: without(change.ports, before.ports, (was, is) => was.external === is.external),
  certificates: without(change.certificates, before.certificates, () => true),
})
