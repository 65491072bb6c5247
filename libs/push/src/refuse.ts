import { ROOT, socketsOf, type Program } from '@route-server/installation'
import type { Machine } from '@route-server/machine'
import type { Listener, Survey } from './survey.ts'

export interface Bind {
  readonly ipv4: string
  readonly ipv6?: string
}

/** The programs that run there, by what the kernel calls its hardware. */
export const ARCHITECTURES: Readonly<Record<string, 'x64' | 'arm64'>> = {
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  arm64: 'arm64',
}

const OLDEST_SYSTEMD = 247
const MINUTES = 60
/** For everything but the programs; bytes. */
const ELBOW_ROOM = 50 * 2 ** 20

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`

/** Why nothing can be put on the machine at all, before anything else is asked; a sentence each. */
export function unfit(survey: Survey): readonly string[] {
  const { system, hardware, systemd, missingTools, clockAhead, isRoot, host } = survey
  if (system !== 'Linux') return [`${host} runs ${system}; it has to be Linux with systemd.`]
  if (systemd === 0) return [`${host} doesn't run systemd as its first process; it has to.`]
  return [
    ...(systemd < OLDEST_SYSTEMD ? [`${host} has systemd ${systemd}; it takes ${OLDEST_SYSTEMD} or newer.`] : []),
    ...(ARCHITECTURES[hardware] === undefined
      ? [`${host} is ${hardware}; there are programs for x86_64 and aarch64.`]
      : []),
    ...(isRoot ? [] : [`The user on ${host} is neither root nor may become it.`]),
    ...(missingTools.length > 0
      ? [`${host} lacks ${missingTools.join(', ')}. Install: ${packagesFor(missingTools).join(' ')}.`]
      : []),
    ...(Math.abs(clockAhead) > 5 * MINUTES
      ? [
          `The clock of ${host} is ${duration(Math.abs(clockAhead))} ${clockAhead > 0 ? 'ahead' : 'behind'}: no certificate would be right. Set it (timedatectl set-ntp true).`,
        ]
      : []),
  ]
}

const PACKAGES: Readonly<Record<string, string>> = {
  ss: 'iproute2',
  ip: 'iproute2',
  useradd: 'passwd',
  setpriv: 'util-linux',
  'systemd-run': 'systemd',
  sha256sum: 'coreutils',
}
const packagesFor = (tools: readonly string[]): readonly string[] => [
  ...new Set(tools.map((tool) => PACKAGES[tool] ?? tool)),
]

const duration = (seconds: number): string =>
  seconds >= 2 * 3600 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 60)} minutes`

/** Which addresses entry points bind, or why there are none. */
export function bindOf(
  { name, infra: { publicIpv4 = '', publicIpv6 } }: Machine,
  { addresses, primary }: Survey,
): { readonly bind: Bind; readonly note?: string } | { readonly problem: string } {
  if (publicIpv6 !== undefined && !addresses.includes(publicIpv6))
    return {
      problem: `${publicIpv6} is on no interface of ${name}; it has ${listOf(addresses.filter((one) => one.includes(':')))}. Set the right one (--public-ipv6), or none (--no-public-ipv6).`,
    }
  const ipv6 = publicIpv6 === undefined ? {} : { ipv6: publicIpv6 }
  if (addresses.includes(publicIpv4)) return { bind: { ipv4: publicIpv4, ...ipv6 } }
  if (primary !== undefined && isBehindNat(primary))
    return {
      bind: { ipv4: primary, ...ipv6 },
      note: `${publicIpv4} is on no interface of ${name}: entry points are at ${primary}, and whatever stands before the machine has to send ${publicIpv4} there.`,
    }
  return {
    problem: `${publicIpv4} is on no interface of ${name}, and not translated to it either: its address is ${primary ?? 'unknown'}. Set the right one: rdc context set-infra ${name} --public-ipv4 ${primary ?? 'ADDRESS'}`,
  }
}

const isBehindNat = (address: string): boolean =>
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address)

const listOf = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '))

/** Ports of ours that somebody else has. */
export function takenPorts(machine: Machine, bind: Bind, survey: Survey): readonly string[] {
  const wanted = [
    ...socketsOf(machine, bind).map(({ entryPoint, kind, address }) => ({
      what: `the entry point ${entryPoint}`,
      protocol: kind === 'stream' ? 'tcp' : 'udp',
      address,
    })),
    { what: 'the route server', protocol: 'tcp', address: '127.0.0.1:7111' },
  ]
  return wanted.flatMap(({ what, protocol, address }) => {
    const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(address) ?? []
    const other = survey.listeners.find(
      (listener) =>
        listener.protocol === protocol &&
        listener.port === Number(port) &&
        (listener.address === '*' || listener.address === host) &&
        !isOurs(listener, what, survey),
    )
    if (other === undefined) return []
    const cure = /^(tcp|udp)-(\d+)$/.exec(what.split(' ').at(-1) ?? '')
    const without = cure
      ? ` or do without the port: rdc context set-infra ${machine.name} --remove-${cure[1] ?? ''}-ports ${cure[2] ?? ''}`
      : ''
    return [
      `Port ${port} (${protocol}), which ${what} needs, is taken by ${other.process || 'somebody'}. Stop it,${without || ' and push again'}.`,
    ]
  })
}

/** Node names its main thread; since version 24 that is what the kernel shows. */
const NODE = /^(node|MainThread) /

/** Also of a Traefik that still serves its last: systemd has let go of its sockets then. */
const isOurs = ({ isSystemd, process }: Listener, what: string, { installed }: Survey): boolean =>
  installed !== undefined &&
  (isSystemd || process.startsWith('traefik ') || (what === 'the route server' && NODE.test(process)))

/** Whether the programs that aren't there yet find room. */
export function spaceMissing(
  programs: readonly Program[],
  { programs: there, freeSpace, host }: Survey,
): readonly string[] {
  const needed =
    ELBOW_ROOM + programs.filter(({ sha256 }) => !there.has(sha256)).reduce((sum, { bytes }) => sum + bytes, 0)
  return freeSpace >= needed
    ? []
    : [
        `There is too little room at ${ROOT} on ${host}: ${megabytes(needed)} are needed, ${megabytes(freeSpace)} are free, ${megabytes(needed - freeSpace)} are missing.`,
      ]
}
