import { entryPointsOf, type Machine } from '@route-server/machine'
import type { Survey } from './survey.ts'

/** Ports of the machine that a firewall there seems to drop; a sentence for each firewall. It isn't changed. */
export function blockedPorts(machine: Machine, { firewall }: Survey): readonly string[] {
  const ports = [
    ...new Set(
      entryPointsOf(machine.infra).map(({ protocol, port }) => `${port}/${protocol === 'udp' ? 'udp' : 'tcp'}`),
    ),
  ]
  const rows: readonly (readonly [string, readonly string[], (ports: readonly string[]) => string])[] = [
    [
      'nftables',
      inNft(firewall.nft, ports),
      (some) => `nft add rule … ${some.map((one) => one.split('/').toReversed().join(' dport ')).join(', ')} accept`,
    ],
    ['ufw', inUfw(firewall.ufw, ports), (some) => `ufw allow ${some[0] ?? ''} …`],
    [
      'firewalld',
      inFirewalld(firewall.firewalld, ports),
      (some) => `firewall-cmd --permanent ${some.map((one) => `--add-port=${one}`).join(' ')}; firewall-cmd --reload`,
    ],
  ]
  return rows
    .filter(([, blocked]) => blocked.length > 0)
    .map(
      ([name, blocked, cure]) =>
        `${name} on ${machine.name} drops ${blocked.join(', ')}: nobody outside reaches them. Allow them there: ${cure(blocked)}`,
    )
}

/** Chains that see what comes in, drop what no rule accepts, and accept none of these ports. */
function inNft(ruleset: string, ports: readonly string[]): readonly string[] {
  const chains = [...ruleset.matchAll(/chain [^{]+\{([^}]*type filter hook input[^}]*(?:\{[^}]*\}[^}]*)*)\n\t\}/g)].map(
    ([, body = '']) => body,
  )
  const dropping = chains.filter(
    (body) => /policy drop/.test(body) || /\n\s*(counter [^\n]*)?(drop|reject)[^\n]*$/.test(body.trimEnd()),
  )
  return ports.filter((port) => dropping.some((body) => !isAccepted(body, port)))
}

function isAccepted(body: string, port: string): boolean {
  const [number = '', protocol = ''] = port.split('/')
  return body.split('\n').some((line) => {
    if (!/\baccept\b/.test(line)) return false
    const [, kinds = '', list = ''] = /\b(tcp|udp|th) dport (\{[^}]*\}|\S+)/.exec(line) ?? []
    if (kinds === '') return false
    return (
      (kinds === 'th' || kinds === protocol) &&
      list
        .replaceAll(/[{}]/g, '')
        .split(',')
        .some((part) => contains(part.trim(), Number(number)))
    )
  })
}

const SERVICES: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  domain: 53,
  smtp: 25,
  imaps: 993,
  imap2: 143,
  submission: 587,
  mysql: 3306,
  postgresql: 5432,
}

function contains(part: string, port: number): boolean {
  const [first = '', last = first] = part.split(/[-:]/)
  const number = (word: string): number => SERVICES[word] ?? Number(word)
  return number(first) <= port && port <= number(last)
}

function inUfw(status: string, ports: readonly string[]): readonly string[] {
  if (!status.startsWith('Status: active')) return []
  const allowed = status.split('\n').flatMap((line) => /^(\S+)\s+ALLOW/.exec(line)?.[1] ?? [])
  return ports.filter((port) => !allowed.some((rule) => covers(rule, port)))
}

function inFirewalld(list: string, ports: readonly string[]): readonly string[] {
  if (list === '' || /target: ACCEPT/.test(list)) return []
  const services = /^\s*services: (.*)$/m.exec(list)?.[1]?.split(' ') ?? []
  const allowed = [
    ...(/^\s*ports: (.*)$/m.exec(list)?.[1]?.split(' ') ?? []),
    ...services.map((name) => String(SERVICES[name] ?? '')),
  ]
  return ports.filter((port) => !allowed.some((rule) => covers(rule, port)))
}

function covers(rule: string, port: string): boolean {
  const [list = '', kind] = rule.split('/')
  const [number = '', protocol] = port.split('/')
  return (
    list !== '' &&
    (kind === undefined || kind === protocol) &&
    list.split(',').some((part) => contains(part, Number(number)))
  )
}
