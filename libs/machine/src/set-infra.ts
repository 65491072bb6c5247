import { problemsOf } from '@route-server/disk/reading'
import type { z } from 'zod'
import { isPrivate } from './addresses.ts'
import { MachineError } from './machine-error.ts'
import type { Infra, Machine } from './machine.ts'
import { changePorts, PROTOCOLS, type PortWishes } from './change-ports.ts'
import { portsText } from './ports.ts'
import { present, valueShape } from './schema.ts'

/** What `set-infra` was told, as texts of the command line. What is left out stays as it was; `false` takes a setting away. */
export interface InfraFlags {
  readonly publicIpv4?: string | undefined
  readonly publicIpv6?: string | false | undefined
  readonly baseDomain?: string | undefined
  readonly certEmail?: string | undefined
  /** The URL of an ACME directory; `letsencrypt` and `letsencrypt-staging` stand for Let's Encrypt's. */
  readonly acmeServer?: string | undefined
  /** Absolute path. */
  readonly acmeRoot?: string | false | undefined
  /** Added. `25,143,10000-10010`, as all lists of ports here. */
  readonly tcpPorts?: string | undefined
  readonly removeTcpPorts?: string | undefined
  /** In place of those that were added before. */
  readonly setTcpPorts?: string | undefined
  readonly udpPorts?: string | undefined
  readonly removeUdpPorts?: string | undefined
  readonly setUdpPorts?: string | undefined
  readonly defaultPorts?: boolean | undefined
  readonly http3?: boolean | undefined
  readonly accessLog?: boolean | undefined
  readonly live?: boolean | undefined
}

export interface InfraSet {
  readonly infra: Infra
  /** Sentences on what may surprise. */
  readonly notes: readonly string[]
}

const SHAPE = {
  ...valueShape,
  tcpPorts: portsText,
  removeTcpPorts: portsText,
  setTcpPorts: portsText,
  udpPorts: portsText,
  removeUdpPorts: portsText,
  setUdpPorts: portsText,
}
type Key = keyof typeof SHAPE
type Parsed = { readonly [K in Key]?: z.output<(typeof SHAPE)[K]> }

/**
 * The machine's infrastructure with what was given. Pure.
 *
 * @throws {MachineError} with everything that is wrong
 */
export function setInfra(machine: Machine, given: InfraFlags): InfraSet {
  const flags = given.acmeServer === 'letsencrypt' ? { ...given, acmeServer: false as const } : given
  const problems: string[] = []
  const parsed = parse(flags, (problem) => problems.push(problem))
  const ports = PROTOCOLS.map((protocol) => changePorts(machine, protocol, wishesOf(parsed, protocol)))
  problems.push(...ports.flatMap((change) => change.problems))
  if (problems.length > 0) throw new MachineError(problems)

  const { defaultPorts, http3, accessLog, live } = given
  const values: Partial<Infra> = Object.fromEntries(
    (Object.keys(valueShape) as (keyof typeof valueShape)[])
      .filter((key) => flags[key] !== undefined)
      .map((key) => [key, parsed[key]]),
  )
  const changed = [values, present({ defaultPorts, http3, accessLog, live }), ...ports.map((change) => change.infra)]
  const infra = present(changed.reduce<Infra>((all, some) => ({ ...all, ...some }), machine.infra))
  return { infra, notes: [...notesOf(machine.infra, infra), ...ports.flatMap((change) => change.notes)] }
}

function parse(flags: Readonly<Partial<Record<Key, unknown>>>, refuse: (problem: string) => void): Parsed {
  const parsed: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(SHAPE)) {
    const value = flags[key as Key]
    if (value === undefined || value === false) continue
    const result = schema.safeParse(value)
    if (result.success) parsed[key] = result.data
    else
      for (const issue of result.error.issues)
        for (const { text } of problemsOf({ ...issue, path: [] }, value)) refuse(`${flagOf(key)}: ${text}`)
  }
  return parsed
}

/** `baseDomain` is the flag `--base-domain`. */
export const flagOf = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

const wishesOf = (parsed: Parsed, protocol: 'tcp' | 'udp'): PortWishes =>
  protocol === 'tcp'
    ? present({ add: parsed.tcpPorts, remove: parsed.removeTcpPorts, set: parsed.setTcpPorts })
    : present({ add: parsed.udpPorts, remove: parsed.removeUdpPorts, set: parsed.setUdpPorts })

function notesOf(before: Infra, after: Infra): readonly string[] {
  const { publicIpv4, publicIpv6 } = after
  return [
    ...[publicIpv4, publicIpv6]
      .filter((address, index) => address !== undefined && address !== [before.publicIpv4, before.publicIpv6][index])
      .filter((address) => address !== undefined && isPrivate(address))
      .map((address) => `${String(address)} is a private address: only its own network reaches it.`),
    ...(before.acmeServer !== after.acmeServer && before.baseDomain !== undefined
      ? ['Certificates that the machine has stay until they are renewed; new ones come from the new ACME server.']
      : []),
    ...(before.certEmail !== undefined && before.certEmail !== after.certEmail
      ? ['Certificates that the machine has stay as they are.']
      : []),
  ]
}
