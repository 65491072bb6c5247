import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../document/entry.ts'
import { DEFAULT_SHARES } from '../policy.ts'
import type { Shares } from '../policy.ts'
import { codesOf, messagesOf, sampleArbitration, sampleRouter, servedOf } from './sample-wishes.ts'
import type { SampleFields, SampleMachine } from './sample-wishes.ts'

const allow = (shares: Partial<Shares>, machine: SampleMachine = {}): SampleMachine => ({
  ...machine,
  policy: { shares: { ...DEFAULT_SHARES, ...shares } },
})
const namesOf = (entries: readonly Entry[], machine: SampleMachine): readonly string[] =>
  [...servedOf(entries, sampleArbitration(entries, machine)).values()].map(({ name }) => name).sort()

const custom = (name: string, created: number, more: object = {}): Entry =>
  sampleRouter({ rule: `Host(\`${name}.example.org\`)`, ...more }, { name, created })
const automatic = (name: string, created: number): Entry =>
  sampleRouter({ rule: `Host(\`${name}-64.example.com\`)` }, { name, created })
const tcp = (port: number, created: number, fields: SampleFields = {}): Entry =>
  sampleRouter(
    { rule: 'HostSNI(`*`)', entryPoints: [`tcp-${port}`] },
    { protocol: 'tcp', name: `p${port}`, created, ...fields },
  )

describe('what is over is left out, the youngest first, and said', () => {
  test.each<[keyof Shares, number, readonly Entry[]]>([
    ['routers', 3, [custom('c', 3), automatic('a', 1), automatic('d', 4)]],
    ['hosts', 3, [custom('c', 3), custom('a', 1), custom('d', 4)]],
    ['ports', 3, [tcp(3, 3), tcp(1, 1), tcp(4, 4)]],
    [
      'certificateHosts',
      3,
      [custom('c', 3), custom('a', 1), custom('d', 4)].map(({ name, by }) =>
        custom(name.replace('-64', ''), by?.container.created ?? 0, { tls: { certResolver: 'letsencrypt' } }),
      ),
    ],
  ])('%s', (limit, count, entries) => {
    const machine = allow({ [limit]: 2 })
    const arbitration = sampleArbitration(entries, machine)
    expect(codesOf(arbitration)).toEqual(['SHARE_EXCEEDED error'])
    expect(namesOf(entries, machine)).toEqual(
      entries
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    )
    expect(messagesOf(arbitration)).toContain(`${count} `)
    expect(messagesOf(arbitration)).toContain(`ask the operator to raise shares.${limit}`)
  })

  test('bytes, of all its entries', () => {
    const entries = [custom('a', 1), custom('b', 2), custom('c', 3)]
    const bytes = entries[0]?.text.length ?? 0
    const machine = allow({ bytes: 2 * bytes + 10 })
    expect(namesOf(entries, machine)).toEqual(['a-64', 'b-64'])
    expect(messagesOf(sampleArbitration(entries, machine))).toContain('shares.bytes')
  })

  test('of one network, and of no other', () => {
    const entries = [custom('a', 1), custom('b', 2), sampleRouter({ rule: 'Host(`c.example.org`)' }, { network: 128 })]
    expect(namesOf(entries, allow({ hosts: 1 }))).toEqual(['a-64', 'web-128'])
  })
})

test('a network’s own automatic hosts are no hosts of its share, and need no certificates of their own', () => {
  const entries = [automatic('a', 1), automatic('b', 2)]
  expect(namesOf(entries, allow({ hosts: 0, certificateHosts: 0 }))).toEqual(['a-64', 'b-64'])
})

test('hosts that it claimed and no longer uses count', () => {
  const { ledger } = sampleArbitration([custom('a', 1), custom('b', 2)])
  const entries = [custom('c', 3)]
  expect(namesOf(entries, allow({ hosts: 2 }, { ledger }))).toEqual([])
  expect(namesOf(entries, allow({ hosts: 3 }, { ledger }))).toEqual(['c-64'])
})

test('so do entry points, whose ports nobody else can have', () => {
  const { ledger } = sampleArbitration([tcp(1, 1), tcp(2, 2)])
  const entries = [tcp(3, 3)]
  expect(namesOf(entries, allow({ ports: 2 }, { ledger }))).toEqual([])
  expect(namesOf(entries, allow({ ports: 3 }, { ledger }))).toEqual(['p3-64'])
  expect(namesOf([tcp(1, 3), tcp(2, 4)], allow({ ports: 1 }, { ledger }))).toEqual(['p1-64'])
})

test('and those that were found for ports, whatever service asks each time', () => {
  const asking = (service: string): Entry =>
    sampleRouter({ rule: 'HostSNI(`*`)' }, { protocol: 'tcp', name: service, asks: { protocol: 'tcp', port: 99 } })
  const { ledger } = sampleArbitration([asking('a'), asking('b')])
  expect(namesOf([asking('c')], allow({ ports: 2 }, { ledger }))).toEqual([])
  expect(namesOf([asking('a'), asking('b')], allow({ ports: 2 }, { ledger }))).toEqual(['a-64', 'b-64'])
})

test('and ports that are asked for together, which all find the same one free', () => {
  const asking = (service: string): Entry =>
    sampleRouter({ rule: 'HostSNI(`*`)' }, { protocol: 'tcp', name: service, asks: { protocol: 'tcp', port: 99 } })
  expect(namesOf([asking('a'), asking('b'), asking('c')], allow({ ports: 1 }))).toEqual(['a-64'])
})

test('an entry point that it shares counts: nobody else can have it alone', () => {
  const tls = (port: number): Entry =>
    sampleRouter(
      { rule: 'HostSNI(`a.example.org`)', tls: {}, entryPoints: [`tcp-${port}`] },
      { protocol: 'tcp', name: `p${port}`, created: port },
    )
  const entries = [tls(1), tls(2), tls(3)]
  expect(namesOf(entries, allow({ ports: 2 }))).toEqual(['p1-64', 'p2-64'])
})

describe('a certificate that was asked for', () => {
  const resolved = (name: string, created: number): Entry =>
    custom(name, created, { tls: { certResolver: 'letsencrypt' } })

  test('counts although its host is no longer routed, before everybody who asks for a new one', () => {
    const { ledger } = sampleArbitration([resolved('a', 1), resolved('b', 2)])
    const entries = [resolved('c', 3)]
    expect(namesOf(entries, allow({ certificateHosts: 2 }, { ledger }))).toEqual([])
    expect(messagesOf(sampleArbitration(entries, allow({ certificateHosts: 2 }, { ledger })))).toContain(
      '3 hosts with certificates of their own, those of the past seven days included',
    )
    expect(namesOf(entries, allow({ certificateHosts: 3 }, { ledger }))).toEqual(['c-64'])
  })

  test('costs nothing when it is asked for again', () => {
    const { ledger } = sampleArbitration([resolved('a', 1), resolved('b', 2)])
    const entries = [resolved('c', 3), resolved('a', 4), resolved('b', 5)]
    expect(namesOf(entries, allow({ certificateHosts: 2 }, { ledger }))).toEqual(['a-64', 'b-64'])
  })

  test('counts for the network that asked, whoever has the host now', () => {
    const { ledger } = sampleArbitration([resolved('a', 1)])
    const released = { ...ledger, hosts: new Map() }
    expect(namesOf([resolved('b', 2)], allow({ certificateHosts: 1 }, { ledger: released }))).toEqual([])
    const others = [
      sampleRouter({ rule: 'Host(`a.example.org`)', tls: { certResolver: 'letsencrypt' } }, { network: 128 }),
    ]
    expect(namesOf(others, allow({ certificateHosts: 1 }, { ledger: released }))).toEqual(['web-128'])
  })

  test('is none where the resolver gets the shared one, and none that was refused', () => {
    const entries = [
      resolved('a', 1),
      resolved('b', 2),
      sampleRouter({ rule: 'Host(`x.example.com`)', tls: { certResolver: 'letsencrypt' } }, { name: 'x' }),
    ]
    const { ledger } = sampleArbitration(entries, allow({ certificateHosts: 1 }))
    expect([...ledger.certificates]).toEqual([['64 a.example.org', { network: 64, since: 1000 }]])
  })
})

test('who is refused for another reason takes nothing of the share', () => {
  const { ledger } = sampleArbitration([sampleRouter({ rule: 'Host(`a.example.org`)' }, { network: 128 })])
  const entries = [custom('a', 1), custom('b', 2)]
  const machine: SampleMachine = { ledger, policy: { forks: 'refuse', shares: { ...DEFAULT_SHARES, hosts: 1 } } }
  expect(namesOf(entries, machine)).toEqual(['b-64'])
})

test('with the guard off nothing is left out', () => {
  const entries = [custom('a', 1), custom('b', 2)]
  const machine: SampleMachine = {
    policy: { guards: new Set(['hosts']), shares: { ...DEFAULT_SHARES, hosts: 1, bytes: 1 } },
  }
  expect(namesOf(entries, machine)).toEqual(['a-64', 'b-64'])
})
