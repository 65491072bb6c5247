import { describe, expect, test } from '@jest/globals'
import { EMPTY_INFRA, type Machine } from '@route-server/machine'
import { blockingFirewalls, blockingSentence, type Blocking } from './firewall.ts'
import type { Survey } from './survey.ts'

const machine: Machine = {
  name: 'server-1',
  ssh: { host: '203.0.113.50' },
  infra: { ...EMPTY_INFRA, defaultPorts: false, tcpPorts: [25], udpPorts: [53] },
}
const found = (firewall: Partial<Survey['firewall']>): readonly Blocking[] =>
  blockingFirewalls(machine, { firewall: { nft: '', ufw: '', firewalld: '', ...firewall } } as Survey)
const blocked = (firewall: Partial<Survey['firewall']>): string =>
  found(firewall)
    .map(({ ports }) => ports.join(', '))
    .join()

const nft = (policy: string, ...rules: readonly string[]): string =>
  `table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy ${policy};\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n\n\tchain forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n`

describe('nftables', () => {
  test.each([
    ['accepts everything', nft('accept'), ''],
    ['has a chain that drops all but some', nft('drop', 'tcp dport { 22, 80, 443 } accept'), '25/tcp, 53/udp'],
    ['accepts a range and a set', nft('drop', 'tcp dport { 20-30, http, https } accept', 'udp dport 53 accept'), ''],
    [
      'drops at the end',
      nft(
        'accept',
        'ct state established accept',
        'tcp dport { 80, 443, 25 } accept',
        'counter packets 3 bytes 180 drop',
      ),
      '53/udp',
    ],
    ['accepts a port of both protocols', nft('drop', 'tcp dport { 25, 80, 443 } accept', 'th dport 53 accept'), ''],
    [
      'drops a port by name',
      nft('drop', 'udp dport 53 accept', 'tcp dport 80 accept', 'tcp dport 25 accept'),
      '443/tcp',
    ],
  ])('%s', (_, ruleset, ports) => {
    expect(blocked({ nft: ruleset })).toBe(ports)
  })
})

test('ufw', () => {
  expect(blocked({ ufw: 'Status: inactive' })).toBe('')
  const rules =
    'Status: active\n\nTo                         Action      From\n--                         ------      ----\n22/tcp                     ALLOW       Anywhere\n80,443/tcp                 ALLOW       Anywhere\n53                         ALLOW       Anywhere\n'
  expect(blocked({ ufw: rules })).toBe('25/tcp')
})

test('firewalld', () => {
  const zone = (ports: string): string =>
    `public (active)\n  target: default\n  services: dhcpv6-client http ssh\n  ports: ${ports}\n`
  expect(blocked({ firewalld: zone('443/tcp 25/tcp') })).toBe('53/udp')
  expect(blocked({ firewalld: zone('20-500/tcp 53/udp') })).toBe('')
})

test('the sentence says how to allow them', () => {
  const [blocking] = found({ nft: nft('drop', 'tcp dport { 80, 443 } accept') })
  expect(blocking && blockingSentence('server-1', blocking)).toBe(
    "nftables on server-1 drops 25/tcp, 53/udp: nobody outside reaches them. Allow them there: nft insert rule inet filter input tcp dport '{ 25 }' accept; nft insert rule inet filter input udp dport '{ 53 }' accept. Or push with --open-firewall.",
  )
  expect(found({ ufw: 'Status: active\n' })[0]?.commands).toEqual([
    'ufw allow 80/tcp',
    'ufw allow 443/tcp',
    'ufw allow 25/tcp',
    'ufw allow 53/udp',
  ])
})

test('of chains that call others, and of those that ufw and firewalld make, nothing is said', () => {
  expect(blocked({ nft: nft('drop', 'jump allowed') })).toBe('')
  expect(blocked({ nft: nft('drop'), ufw: 'Status: active\n22 ALLOW x\n80,443,25,53 ALLOW x\n' })).toBe('')
})
