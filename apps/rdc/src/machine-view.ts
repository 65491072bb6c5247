import {
  entryPointsOf,
  missingOf,
  showPorts,
  tokenFileOf,
  type EntryPoint,
  type Infra,
  type Machine,
  type Missing,
} from '@route-server/machine'
import { table } from './terminal/table.ts'

/** A machine as `--json` prints it. Never the token itself. */
export interface MachineView extends Machine {
  readonly cloudflareToken: { readonly isKept: boolean; readonly file: string }
  readonly entryPoints: readonly EntryPoint[]
  readonly missing: readonly Missing[]
}

export function viewOf(machine: Machine, folder: string, isKept: boolean): MachineView {
  return {
    ...machine,
    cloudflareToken: { isKept, file: tokenFileOf(folder, machine.name) },
    entryPoints: entryPointsOf(machine.infra),
    missing: missingOf(machine.infra, isKept),
  }
}

const NOT_SET = '-'
const LETS_ENCRYPT = "Let's Encrypt"

/** What each setting is called for people, and its value. */
const SETTINGS: Readonly<Record<keyof Infra, readonly [name: string, show: (infra: Infra) => string]>> = {
  publicIpv4: ['public IPv4', ({ publicIpv4 }) => publicIpv4 ?? NOT_SET],
  publicIpv6: ['public IPv6', ({ publicIpv6 }) => publicIpv6 ?? NOT_SET],
  baseDomain: ['base domain', ({ baseDomain }) => baseDomain ?? NOT_SET],
  certEmail: ['e-mail for certificates', ({ certEmail }) => certEmail ?? NOT_SET],
  acmeServer: ['ACME server', ({ acmeServer }) => acmeServer ?? LETS_ENCRYPT],
  acmeRoot: ["ACME server's root", ({ acmeRoot }) => acmeRoot ?? NOT_SET],
  tcpPorts: ['own TCP ports', ({ tcpPorts }) => showPorts(tcpPorts) || NOT_SET],
  udpPorts: ['own UDP ports', ({ udpPorts }) => showPorts(udpPorts) || NOT_SET],
  withoutTcpPorts: ['without TCP ports', ({ withoutTcpPorts }) => showPorts(withoutTcpPorts) || NOT_SET],
  withoutUdpPorts: ['without UDP ports', ({ withoutUdpPorts }) => showPorts(withoutUdpPorts) || NOT_SET],
  defaultPorts: ['preconfigured ports', ({ defaultPorts }) => yesNo(defaultPorts)],
  http3: ['HTTP/3', ({ http3 }) => yesNo(http3)],
  accessLog: ['access log', ({ accessLog }) => yesNo(accessLog)],
  live: ['changes', ({ live }) => (live ? 'live at once' : 'polled every 5 s')],
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

/** What is only worth a line where it is set. */
const RARE: readonly string[] = ['acmeRoot', 'withoutTcpPorts', 'withoutUdpPorts']

/** `ssh -J bastion -p 2222 -i KEY deploy@203.0.113.50`, as one could type it. */
export function sshCommand({ host, user, port, identity, jump }: Machine['ssh']): string {
  return [
    'ssh',
    ...(jump === undefined ? [] : ['-J', jump]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(identity === undefined ? [] : ['-i', identity]),
    user === undefined ? host : `${user}@${host}`,
  ].join(' ')
}

export function showMachine({ name, ssh, infra, cloudflareToken, entryPoints }: MachineView): string {
  const settings = Object.entries(SETTINGS)
    .map(([key, [title, show]]) => [key, title, show(infra)] as const)
    .filter(([key, , value]) => value !== NOT_SET || !RARE.includes(key))
    .map(([, title, value]) => [title, value])
  return table([
    ['machine', name],
    ['reached by', sshCommand(ssh)],
    ...settings,
    ['Cloudflare token', cloudflareToken.isKept ? `kept in ${cloudflareToken.file}` : NOT_SET],
    ...showEntryPoints(entryPoints),
  ])
}

function showEntryPoints(entryPoints: readonly EntryPoint[]): readonly (readonly string[])[] {
  const portsOf = (protocol: EntryPoint['protocol']): string =>
    showPorts(entryPoints.filter((point) => point.protocol === protocol).map(({ port }) => port)) || NOT_SET
  const http = entryPoints.filter(({ protocol }) => protocol === 'http').map(({ name }) => name)
  return [
    ['HTTP entry points', http.join(', ')],
    ['TCP entry points', portsOf('tcp')],
    ['UDP entry points', portsOf('udp')],
  ]
}

/** One setting that isn't what it was. */
export interface Change {
  readonly setting: string
  readonly before: unknown
  readonly after: unknown
}

export function changesOf(before: Infra, after: Infra): readonly Change[] {
  return Object.keys(SETTINGS)
    .map((setting) => ({ setting, before: before[setting as keyof Infra], after: after[setting as keyof Infra] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

/** `base domain: example.com (was example.org)`; of ports, those that came and went. */
export function showChange({ setting, before, after }: Change, infra: { before: Infra; after: Infra }): string {
  const [title, show] = SETTINGS[setting as keyof Infra]
  if (Array.isArray(before) && Array.isArray(after)) {
    const [was, is] = [before as number[], after as number[]]
    const came = showPorts(is.filter((port) => !was.includes(port)))
    const went = showPorts(was.filter((port) => !is.includes(port)))
    return `${title}: ${[came && `added ${came}`, went && `removed ${went}`].filter(Boolean).join('; ')}`
  }
  const was = show(infra.before)
  return `${title}: ${show(infra.after)}${was === NOT_SET ? '' : ` (was ${was})`}`
}
