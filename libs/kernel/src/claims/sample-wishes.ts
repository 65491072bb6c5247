import type { NetworkId, PortRequest, Settings } from '@route-server/plugin-api'
import type { Protocol } from '@route-server/traefik'
import { entryOf, pathOf, scopedName } from '../document/entry.ts'
import type { Entry, Value } from '../document/entry.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'
import { createArbiter } from './arbitrate.ts'
import type { Arbitration, Wishes } from './arbitrate.ts'
import { EMPTY_LEDGER } from './ledger.ts'
import type { Ledger } from './ledger.ts'

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

/** Every network's wishes. */
export function sampleWishes(...entries: readonly Entry[]): readonly Wishes[] {
  const networks = new Map<NetworkId, Map<string, Entry>>()
  for (const entry of entries) {
    const known = networks.get(networkOf(entry)) ?? new Map<string, Entry>()
    networks.set(networkOf(entry), known.set(entry.path, entry))
  }
  return [...networks].map(([network, wished]) => ({ network, entries: wished }))
}

export interface SampleMachine {
  readonly settings?: { readonly [K in keyof Settings]?: Settings[K] | undefined }
  readonly policy?: Partial<Policy>
  readonly ledger?: Ledger
}

/** What a new arbiter makes of the entries. */
export const sampleArbitration = (entries: readonly Entry[], machine: SampleMachine = {}): Arbitration =>
  createArbiter({ ...sampleSettings, ...machine.settings } as Settings, { ...DEFAULT_POLICY, ...machine.policy })(
    sampleWishes(...entries),
    machine.ledger ?? EMPTY_LEDGER,
    1000,
  )

/** What is served of the entries, by path. */
export function servedOf(entries: readonly Entry[], { verdicts }: Arbitration): ReadonlyMap<string, Entry> {
  const served = new Map(entries.map((entry) => [entry.path, entry]))
  for (const { gone, come } of verdicts.values()) {
    for (const { path } of gone) served.delete(path)
    for (const entry of come) served.set(entry.path, entry)
  }
  return served
}

/** What is said, each as `CODE level`. */
export const codesOf = ({ verdicts }: Arbitration): readonly string[] =>
  [...verdicts.values()].flatMap(({ diagnostics }) => diagnostics.map(({ code, level }) => `${code} ${level}`))

export const messagesOf = ({ verdicts }: Arbitration): string =>
  [...verdicts.values()].flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)).join('\n')
