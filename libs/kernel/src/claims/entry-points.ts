import type { Settings } from '@route-server/plugin-api'
import { entryPointKey } from '../ledger/ledger.ts'
import type { EntryPointClaim } from '../ledger/ledger.ts'

/** What an entry point is for; `any`: its name doesn't tell. */
export type EntryPointKind = 'http' | 'tcp' | 'udp' | 'any'

/** How a router uses an entry point. */
export interface EntryPointUse {
  readonly entryPoint: string
  readonly protocol: 'tcp' | 'udp'
  /** As the ledger has it. */
  readonly key: string
  readonly use: EntryPointClaim['use']
}

/**
 * What a router does to its entry points. `http`: looks at each request. `sni`: at the name that a TLS client asks for.
 * `stream`: takes every connection. `datagrams`: every datagram.
 */
export type Manner = 'http' | 'sni' | 'stream' | 'datagrams'

const HTTP_NAMES: readonly string[] = ['web', 'websecure', 'web-v6', 'websecure-v6']
const NUMBERED = /^(tcp|udp)-([0-9]{1,5})$/

export function kindOf(entryPoint: string, { httpEntryPoints }: Settings): EntryPointKind {
  if (httpEntryPoints.includes(entryPoint) || HTTP_NAMES.includes(entryPoint)) return 'http'
  return (NUMBERED.exec(entryPoint)?.[1] as 'tcp' | 'udp' | undefined) ?? 'any'
}

/** The number in an entry point's name; `undefined` where it has none. */
export function portOf(entryPoint: string): number | undefined {
  const port = NUMBERED.exec(entryPoint)?.[2]
  return port === undefined ? undefined : Number(port)
}

const FITS: Readonly<Record<Manner, readonly EntryPointKind[]>> = {
  http: ['http', 'any'],
  sni: ['http', 'tcp', 'any'],
  stream: ['tcp', 'any'],
  datagrams: ['udp', 'any'],
}

export const fits = (manner: Manner, kind: EntryPointKind): boolean => FITS[manner].includes(kind)

/** What the router has to have of the entry point; nothing of one for HTTP, where hosts keep networks apart. */
export function useOf(entryPoint: string, manner: Manner, settings: Settings): EntryPointUse | undefined {
  if (kindOf(entryPoint, settings) === 'http') return undefined
  const protocol = manner === 'datagrams' ? 'udp' : 'tcp'
  const use = manner === 'http' || manner === 'sni' ? 'shared' : 'alone'
  return { entryPoint, protocol, key: entryPointKey(protocol, entryPoint), use }
}
