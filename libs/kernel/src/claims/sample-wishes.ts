import type { Diagnostic, NetworkId, PortRequest, Settings } from '@route-server/plugin-api'
import type { Protocol } from '@route-server/traefik'
import { entryOf, pathOf, scopedName } from '../document/entry.ts'
import type { Entry, Value } from '../document/entry.ts'
import type { Used } from '../ledger/aged.ts'
import { EMPTY_LEDGER } from '../ledger/ledger.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'
import { createArbiter } from './arbitrate.ts'
import type { Arbiter, Waiting, WishChange } from './arbitrate.ts'
import type { Wishes } from './case.ts'

/** A machine for tests. */
export const sampleSettings: Settings = {
  baseDomain: 'example.com',
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure'],
  allowedReferences: [],
}

export interface SampleRouter extends Value {
  readonly rule?: string
}

export interface SampleFields {
  readonly network?: NetworkId
  readonly protocol?: Protocol
  /** Of the router, without the network. */
  readonly name?: string
  readonly service?: string
  readonly created?: number
  readonly asks?: PortRequest
  /** Names of middlewares, of its network. */
  readonly middlewares?: readonly string[]
}

/** A router for tests, as a network's merge would leave it. */
export function sampleRouter(value: SampleRouter, fields: SampleFields = {}): Entry {
  const { network = 64, protocol = 'http', name = 'web', service = name, created = 1, asks, middlewares } = fields
  const container = sampleContainer({ network, name: service, created })
  return entryOf({
    section: `${protocol}.routers`,
    name: scopedName(name, network),
    value: {
      ...(protocol === 'http' && { entryPoints: ['websecure'] }),
      ...value,
      ...(middlewares && { middlewares: middlewares.map((each) => scopedName(each, network)) }),
      service: scopedName(service, network),
    },
    references: (middlewares ?? []).map((each) => {
      const target = scopedName(each, network)
      return { section: 'http.middlewares', name: target, path: pathOf('http.middlewares', target) }
    }),
    origins: [{ plugin: protocol, container: service, containerId: container.id, network }],
    by: { container, service },
    ...(asks && { asks }),
  })
}

const networkOf = ({ name }: Entry): NetworkId => Number(name.slice(name.lastIndexOf('-') + 1))

/** Every network's wishes, as if there had been none before. */
export function sampleWishes(...entries: readonly Entry[]): ReadonlyMap<NetworkId, SampleWishes> {
  const networks = new Map<NetworkId, Map<string, Entry>>()
  for (const entry of entries) {
    const known = networks.get(networkOf(entry)) ?? new Map<string, Entry>()
    networks.set(networkOf(entry), known.set(entry.path, entry))
  }
  return new Map(
    [...networks].map(([network, wished]) => [
      network,
      { network, wishes: wishesOf(wished), gone: [], come: [...wished.values()] },
    ]),
  )
}

export interface SampleWishes extends WishChange {
  readonly network: NetworkId
}

/** What a network wishes, as its own merge would leave it. Lives as the map does. */
export const wishesOf = (entries: ReadonlyMap<string, Entry>): Wishes => ({
  entries,
  referrers: (path) => [...entries.values()].filter(({ references }) => references.some((to) => to.path === path)),
})

export interface SampleMachine {
  readonly settings?: { readonly [K in keyof Settings]?: Settings[K] | undefined }
  readonly policy?: Partial<Policy>
  readonly ledger?: Ledger
}

/** What an arbiter came to, at one moment. */
export interface SampleArbitration {
  readonly ledger: Ledger
  /** Of each network of which not everything is served as it is, or something is to be said. */
  readonly verdicts: ReadonlyMap<NetworkId, SampleVerdict>
  readonly used: ReadonlyMap<NetworkId, Used>
  readonly waiting: readonly Waiting[]
}

export interface SampleVerdict {
  /** Entries that aren't served as they are. */
  readonly gone: readonly Entry[]
  /** Entries that stand in the place of some of these. */
  readonly come: readonly Entry[]
  readonly diagnostics: readonly Diagnostic[]
}

function verdictOf(entries: ReadonlyMap<string, Entry>, network: NetworkId, arbiter: Arbiter): SampleVerdict {
  const served = arbiter.served(network)
  const gone = [...entries.values()].filter((entry) => served.get(entry.path) !== entry)
  return {
    gone,
    come: gone.flatMap(({ path }) => served.get(path) ?? []),
    diagnostics: arbiter.diagnostics(network),
  }
}

/** What the arbiter has come to, for the wishes of these networks. */
export const arbitrationOf = (
  arbiter: Arbiter,
  networks: Iterable<readonly [NetworkId, { readonly wishes: Wishes }]>,
): SampleArbitration => ({
  ledger: {
    hosts: new Map(arbiter.ledger.hosts),
    entryPoints: new Map(arbiter.ledger.entryPoints),
    ports: new Map(arbiter.ledger.ports),
    certificates: new Map(arbiter.ledger.certificates),
  },
  verdicts: new Map(
    [...networks].flatMap(([network, { wishes }]) => {
      const verdict = verdictOf(wishes.entries, network, arbiter)
      return verdict.gone.length + verdict.diagnostics.length === 0 ? [] : [[network, verdict] as const]
    }),
  ),
  used: arbiter.used(),
  waiting: arbiter.waiting(),
})

/** What a new arbiter makes of the entries. */
export function sampleArbitration(entries: readonly Entry[], machine: SampleMachine = {}): SampleArbitration {
  const arbiter = createArbiter(
    { ...sampleSettings, ...machine.settings } as Settings,
    { ...DEFAULT_POLICY, ...machine.policy },
    machine.ledger ?? EMPTY_LEDGER,
  )
  const networks = sampleWishes(...entries)
  arbiter.apply(networks, 1000)
  return arbitrationOf(arbiter, networks)
}

/** What is served of the entries, by path. */
export function servedOf(
  entries: readonly Entry[],
  { verdicts }: Pick<SampleArbitration, 'verdicts'>,
): ReadonlyMap<string, Entry> {
  const served = new Map(entries.map((entry) => [entry.path, entry]))
  for (const { gone, come } of verdicts.values()) {
    for (const { path } of gone) served.delete(path)
    for (const entry of come) served.set(entry.path, entry)
  }
  return served
}

type Said = Pick<SampleArbitration, 'verdicts'>

/** What is said, each as `CODE level`. */
export const codesOf = ({ verdicts }: Said): readonly string[] =>
  [...verdicts.values()].flatMap(({ diagnostics }) => diagnostics.map(({ code, level }) => `${code} ${level}`))

export const messagesOf = ({ verdicts }: Said): string =>
  [...verdicts.values()].flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)).join('\n')
