import { isDeepStrictEqual } from 'node:util'
import { EMPTY_INFRA, type Infra, type Machine } from './machine.ts'
import { rangesOf } from './ports.ts'

export type Kept = Readonly<Record<string, unknown>>

/** In the order in which a new section has them. */
const ORDER = [
  'publicIpv4',
  'publicIpv6',
  'baseDomain',
  'certEmail',
  'acmeServer',
  'acmeRoot',
  'tcpPorts',
  'udpPorts',
  'withoutTcpPorts',
  'withoutUdpPorts',
  'defaultPorts',
  'http3',
  'accessLog',
  'live',
] as const satisfies readonly (keyof Infra)[]

const PORTS = ['tcpPorts', 'udpPorts', 'withoutTcpPorts', 'withoutUdpPorts'] as const

/** The machine as its section of the file has it: nothing that goes without saying. */
export function keptOf({ ssh, infra }: Machine): { readonly ssh: Kept; readonly infra: Kept } {
  const values: Partial<Record<keyof Infra, unknown>> = {
    ...infra,
    ...Object.fromEntries(PORTS.map((key) => [key, rangesOf(infra[key])] as const)),
  }
  const told = ORDER.filter((key) => !isDeepStrictEqual(values[key], EMPTY_INFRA[key])).map(
    (key) => [key, values[key]] as const,
  )
  return { ssh: { ...ssh }, infra: Object.fromEntries(told) }
}
