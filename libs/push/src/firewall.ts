import { entryPointsOf, type Machine } from '@route-server/machine'
import type { Survey } from './survey.ts'

/** A firewall of the machine that drops ports which it shall serve. */
export interface Blocking {
  /** `nftables`, `ufw`, `firewalld` */
  readonly firewall: string
  /** `25/tcp` */
  readonly ports: readonly string[]
  /** What allows them there; for root's shell. */
  readonly commands: readonly string[]
  /** Whether that outlasts a reboot. */
  readonly isLasting: boolean
}

/** Who seems to drop ports of the machine. Nothing is changed. */
export function blockingFirewalls(
  { infra }: Machine,
  { firewall: { nft, ufw, firewalld } }: Survey,
): readonly Blocking[] {
  const ports = [
    ...new Set(entryPointsOf(infra).map(({ protocol, port }) => `${port}/${protocol === 'udp' ? 'udp' : 'tcp'}`)),
  ]
  const byUfw = inUfw(ufw, ports)
  const byFirewalld = inFirewalld(firewalld, ports)
  // The other two are made of nftables' rules.
  const chains = ufw.startsWith('Status: active') || firewalld !== '' ? [] : droppingChains(nft)
  const all: readonly Blocking[] = [
    { firewall: 'ufw', ports: byUfw, commands: byUfw.map((port) => `ufw allow ${port}`), isLasting: true },
    {
      firewall: 'firewalld',
      ports: byFirewalld,
      commands: [
        `firewall-cmd --permanent ${byFirewalld.map((port) => `--add-port=${port}`).join(' ')}`,
        'firewall-cmd --reload',
      ],
      isLasting: true,
    },
    ...chains.map(({ name, body }): Blocking => {
      const dropped = ports.filter((port) => !isAccepted(body, port))
      const commands = (['tcp', 'udp'] as const).flatMap((protocol) => {
        const numbers = dropped.filter((port) => port.endsWith(protocol)).map((port) => port.split('/')[0] ?? '')
        return numbers.length === 0
          ? []
          : [`nft insert rule ${name} ${protocol} dport '{ ${numbers.join(', ')} }' accept`]
      })
      return { firewall: 'nftables', ports: dropped, commands, isLasting: false }
    }),
  ]
  return all.filter((one) => one.ports.length > 0)
}

export const blockingSentence = (machine: string, { firewall, ports, commands }: Blocking): string =>
  `${firewall} on ${machine} drops ${ports.join(', ')}: nobody outside reaches them. ` +
  `Allow them there: ${commands.join('; ')}. Or push with --open-firewall.`

interface Chain {
  /** `inet filter input` */
  readonly name: string
  readonly body: string
}

/** Chains that see what comes in and drop what none of their rules accepts. Of those that call others nothing is known. */
function droppingChains(ruleset: string): readonly Chain[] {
  let table = ''
  let chain: { name: string; lines: string[] } | undefined
  const chains: Chain[] = []
  for (const line of ruleset.split('\n')) {
    const [, opened] = /^table (\S+ \S+) \{/.exec(line) ?? []
    const [, named] = /^\tchain (\S+) \{/.exec(line) ?? []
    if (opened !== undefined) table = opened
    else if (named !== undefined) chain = { name: `${table} ${named}`, lines: [] }
    else if (line === '\t}' && chain) {
      chains.push({ name: chain.name, body: chain.lines.join('\n') })
      chain = undefined
    } else chain?.lines.push(line)
  }
  return chains.filter(
    ({ body }) =>
      /type filter hook input/.test(body) &&
      !/\b(jump|goto|vmap)\b/.test(body) &&
      (/policy drop/.test(body) || /\n\s*(counter [^\n]*)?(drop|reject)[^\n]*$/.test(body.trimEnd())),
  )
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
