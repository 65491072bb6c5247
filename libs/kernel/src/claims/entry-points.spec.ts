import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../document/entry.ts'
import { guardsOf } from '../policy.ts'
import { codesOf, messagesOf, sampleArbitration, sampleRouter, servedOf } from './sample-wishes.ts'
import type { SampleFields } from './sample-wishes.ts'

const on = (entryPoint: string, value: object, fields: SampleFields): Entry =>
  sampleRouter({ ...value, entryPoints: [entryPoint] }, fields)
const stream = (network: number, entryPoint = 'tcp-25', fields: SampleFields = {}): Entry =>
  on(entryPoint, { rule: 'HostSNI(`*`)' }, { protocol: 'tcp', network, name: `s${network}`, ...fields })
const sni = (network: number, entryPoint = 'tcp-25', fields: SampleFields = {}): Entry =>
  on(
    entryPoint,
    { rule: `HostSNI(\`h${network}.example.org\`)`, tls: {} },
    { protocol: 'tcp', network, name: `t${network}`, ...fields },
  )
const datagrams = (network: number, entryPoint = 'udp-53', fields: SampleFields = {}): Entry =>
  on(entryPoint, {}, { protocol: 'udp', network, name: `u${network}`, ...fields })

const born = (entry: Entry, created: number): Entry =>
  entry.by ? { ...entry, by: { ...entry.by, container: { ...entry.by.container, created } } } : entry

describe('an entry point that one takes whole belongs to him alone', () => {
  test.each<[string, Entry, Entry]>([
    ['TCP without TLS beside the same', stream(64), stream(128)],
    ['TCP with TLS beside TCP without', stream(64), sni(128)],
    ['TCP without TLS beside TCP with it', sni(64), stream(128)],
    [
      'TCP without TLS for some addresses',
      stream(64),
      on('tcp-25', { rule: 'ClientIP(`10.0.0.1`)' }, { protocol: 'tcp', network: 128 }),
    ],
    [
      'TLS for any host',
      stream(64),
      on('tcp-25', { rule: 'HostSNI(`*`)', tls: {} }, { protocol: 'tcp', network: 128 }),
    ],
    [
      'TLS for any host beside TLS for one',
      sni(64),
      on('tcp-25', { rule: 'HostSNIRegexp(`.*`)', tls: {} }, { protocol: 'tcp', network: 128 }),
    ],
    [
      'TLS passed through for an IP',
      sni(64),
      on('tcp-25', { rule: 'HostSNI(`203.0.113.7`)', tls: {} }, { protocol: 'tcp', network: 128 }),
    ],
    ['UDP', datagrams(64), datagrams(128)],
    ['of a name that says nothing', stream(64, 'mail'), sni(128, 'mail')],
    ['HTTP on one of such a name', stream(64, 'mail'), on('mail', { rule: 'Host(`a.example.org`)' }, { network: 128 })],
  ])('%s', (_, first, second) => {
    const { ledger } = sampleArbitration([first])
    const older = born(second, 0)
    const arbitration = sampleArbitration([first, older], { ledger })
    expect([...servedOf([first, older], arbitration).values()]).toEqual([first])
    expect(codesOf(arbitration)).toEqual(['ENTRY_POINT_OWNED error'])
    expect(messagesOf(arbitration)).toMatch(/network 64.*route-server claims release (tcp-25|udp-53|mail)/)
    expect(arbitration.ledger.entryPoints).toEqual(ledger.entryPoints)
  })

  test('first come, first served, by age', () => {
    const arbitration = sampleArbitration([stream(64, 'tcp-25', { created: 5 }), stream(128, 'tcp-25', { created: 4 })])
    expect([...arbitration.verdicts.keys()]).toEqual([64])
  })
})

describe('goes together', () => {
  test('TLS for different hosts, of several networks', () => {
    const arbitration = sampleArbitration([sni(64), sni(128)])
    expect(arbitration.verdicts.size).toBe(0)
    expect(arbitration.ledger.entryPoints.get('tcp tcp-25')).toMatchObject([
      { network: 64, use: 'shared' },
      { network: 128, use: 'shared' },
    ])
  })

  test('anything of one network, which then has it alone', () => {
    const { ledger } = sampleArbitration([sni(64)])
    const arbitration = sampleArbitration([sni(64), stream(64)], { ledger })
    expect(arbitration.verdicts.size).toBe(0)
    expect(arbitration.ledger.entryPoints.get('tcp tcp-25')).toMatchObject([{ network: 64, use: 'alone' }])
  })

  test('HTTP and TLS for hosts on an HTTP entry point, without a claim on it', () => {
    const arbitration = sampleArbitration([sni(64, 'websecure'), sampleRouter({ rule: 'Host(`a.example.org`)' })])
    expect(arbitration.verdicts.size).toBe(0)
    expect(arbitration.ledger.entryPoints.size).toBe(0)
  })
})

describe('an entry point is for what its name says', () => {
  test.each<[string, Entry]>([
    ['HTTP on one for TCP', on('tcp-25', { rule: 'Host(`a.example.org`)' }, {})],
    ['HTTP on one for UDP', on('udp-53', { rule: 'Host(`a.example.org`)' }, {})],
    ['TCP without TLS on one for HTTP', stream(64, 'websecure')],
    ['TCP without TLS on the one for plain HTTP', stream(64, 'web')],
    ['TLS for any host on one for HTTP', on('websecure', { rule: 'HostSNI(`*`)', tls: {} }, { protocol: 'tcp' })],
    ['TCP on one for UDP', stream(64, 'udp-53')],
    ['TLS on one for UDP', sni(64, 'udp-53')],
    ['UDP on one for TCP', datagrams(64, 'tcp-25')],
    ['UDP on one for HTTP', datagrams(64, 'websecure')],
  ])('so %s is left out', (_, router) => {
    const arbitration = sampleArbitration([router], { policy: { catchAll: [64] } })
    expect(servedOf([router], arbitration).size).toBe(0)
    expect(codesOf(arbitration)).toEqual(['ENTRY_POINT_WRONG_KIND error'])
    expect(arbitration.ledger.entryPoints.size).toBe(0)
    expect(arbitration.ledger.hosts.size).toBe(0)
  })
})

test('between networks that trust each other nothing is left out, and all is told', () => {
  const entries = [stream(64), stream(128), stream(192, 'websecure')]
  const arbitration = sampleArbitration(entries, { policy: { guards: guardsOf('trusted') } })
  expect(servedOf(entries, arbitration).size).toBe(3)
  expect(codesOf(arbitration)).toEqual(['ENTRY_POINT_OWNED info', 'ENTRY_POINT_WRONG_KIND info'])
})
