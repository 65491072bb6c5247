import type { Infra } from './machine.ts'

export { EMPTY_INFRA } from './machine.ts'

/** A Traefik entry point of a machine. */
export interface EntryPoint {
  /** `web`, `websecure`, `web-v6`, `websecure-v6`, `tcp-25`, `udp-53`. */
  readonly name: string
  readonly protocol: 'http' | 'tcp' | 'udp'
  readonly port: number
  readonly family: 'ipv4' | 'ipv6'
}

/** What most repositories want to reach from outside: MySQL, PostgreSQL, Redis, MongoDB, Memcached, RabbitMQ, Kafka; ports to allocate. */
export const DEFAULT_TCP_PORTS: readonly number[] = [
  3306,
  5432,
  6379,
  9092,
  ...Array.from({ length: 11 }, (_, i) => 10_000 + i),
  11_211,
  5672,
  27_017,
].toSorted((a, b) => a - b)
export const DEFAULT_UDP_PORTS: readonly number[] = [53]

/** Every entry point that a machine's Traefik has, HTTP ones first, then by port. Those of IPv6 are there only with a public IPv6 address. */
export function entryPointsOf(infra: Infra): readonly EntryPoint[] {
  const http = (family: EntryPoint['family'], suffix: string): EntryPoint[] => [
    { name: `web${suffix}`, protocol: 'http', port: 80, family },
    { name: `websecure${suffix}`, protocol: 'http', port: 443, family },
  ]
  return [
    ...http('ipv4', ''),
    ...(infra.publicIpv6 === undefined ? [] : http('ipv6', '-v6')),
    ...ports('tcp', infra.tcpPorts, DEFAULT_TCP_PORTS, infra.withoutTcpPorts, infra.defaultPorts),
    ...ports('udp', infra.udpPorts, DEFAULT_UDP_PORTS, infra.withoutUdpPorts, infra.defaultPorts),
  ]
}

function ports(
  protocol: 'tcp' | 'udp',
  own: readonly number[],
  preconfigured: readonly number[],
  without: readonly number[],
  withDefaults: boolean,
): EntryPoint[] {
  const all = new Set([...own, ...(withDefaults ? preconfigured.filter((port) => !without.includes(port)) : [])])
  return [...all]
    .toSorted((a, b) => a - b)
    .map((port) => ({ name: `${protocol}-${port}`, protocol, port, family: 'ipv4' }))
}
