import { describe, expect, test } from '@jest/globals'
import { EMPTY_LEDGER } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { assignClaim, fixedOwner, listClaims, releaseClaim } from './operations.ts'
import { DEFAULT_POLICY } from '../policy.ts'
import type { Problem } from './operations.ts'

const claim = { network: 64, since: 1, away: 5 }
const alone = { ...claim, use: 'alone' as const }
const ledger: Ledger = {
  hosts: new Map([
    ['b.example.org', claim],
    ['*.a.example.org', claim],
  ]),
  entryPoints: new Map([
    ['tcp tcp-10000', [alone]],
    [
      'tcp tcp-25',
      [
        { ...alone, use: 'shared' as const },
        { ...alone, network: 128, use: 'shared' as const },
      ],
    ],
    ['udp dns', [alone]],
  ]),
  ports: new Map([
    ['64 tcp db 5432', { ...claim, protocol: 'tcp' as const, service: 'db', port: 5432, external: 10_000 }],
  ]),
  certificates: new Map([['64 b.example.org', { network: 64, since: 1 }]]),
}
const done = (result: Ledger | Problem): Ledger => {
  if ('error' in result) throw new Error(result.error)
  return result
}

test('all claims are listed, in the words that name them', () => {
  expect(listClaims(ledger).map(({ subject, network, use, services }) => [subject, network, use, services])).toEqual([
    ['*.a.example.org', 64, undefined, []],
    ['b.example.org', 64, undefined, []],
    ['dns', 64, 'alone', []],
    ['tcp-25', 64, 'shared', []],
    ['tcp-25', 128, 'shared', []],
    ['tcp-10000', 64, 'alone', ['db 5432']],
  ])
})

test('a host that comes where another goes is listed in its place', () => {
  const hosts = new Map([
    ['b.example.org', claim],
    ['a.example.org', claim],
  ])
  const listed = (): readonly string[] => listClaims({ ...EMPTY_LEDGER, hosts }).map(({ subject }) => subject)
  expect(listed()).toEqual(['a.example.org', 'b.example.org'])
  hosts.delete('b.example.org')
  hosts.set('0.example.org', { ...claim, network: 128 })
  expect(listed()).toEqual(['0.example.org', 'a.example.org'])
  expect(listClaims({ ...EMPTY_LEDGER, hosts })[0]).toMatchObject({ network: 128 })
})

describe('what is released belongs to nobody', () => {
  test.each(['b.example.org', 'B.Example.org.', '*.a.example.org'])('the host %s', (subject) => {
    expect(done(releaseClaim(ledger, subject)).hosts.size).toBe(1)
  })

  test('an entry point, with the ports that were found on it', () => {
    const released = done(releaseClaim(ledger, 'tcp-10000'))
    expect(released.entryPoints.has('tcp tcp-10000')).toBe(false)
    expect(released.ports.size).toBe(0)
    expect(done(releaseClaim(ledger, 'dns')).entryPoints.has('udp dns')).toBe(false)
  })

  test('or it is said that nobody has it', () => {
    expect(releaseClaim(ledger, 'c.example.org')).toEqual({
      error: 'Nobody has claimed "c.example.org". See route-server claims list for what is claimed.',
    })
    expect(releaseClaim(ledger, 'a.example.org')).toHaveProperty('error')
  })
})

describe('what is assigned belongs to that network', () => {
  test('a host, whoever had it', () => {
    expect(done(assignClaim(ledger, 'B.example.org', 128, 9)).hosts.get('b.example.org')).toEqual({
      network: 128,
      since: 9,
      away: 0,
    })
  })

  test('an entry point, alone, without the ports that others had there', () => {
    const assigned = done(assignClaim(ledger, 'tcp-10000', 128, 9))
    expect(assigned.entryPoints.get('tcp tcp-10000')).toEqual([{ network: 128, since: 9, away: 0, use: 'alone' }])
    expect(assigned.ports.size).toBe(0)
    expect(done(assignClaim(EMPTY_LEDGER, 'udp-53', 128, 9)).entryPoints.has('udp udp-53')).toBe(true)
  })

  test.each([
    ['10.0.0.1', 64, /is an IP address/],
    ['not a host', 64, /is no host name/],
    ['a.example.org', 65, /multiple of 64/],
    ['a.example.org', NaN, /multiple of 64/],
  ])('unless that makes no sense: %s, %s', (subject, network, error) => {
    const result = assignClaim(ledger, subject, network, 9)
    expect('error' in result ? result.error : '').toMatch(error)
  })
})

test.each([
  ['WEB-128.example.com.', `"WEB-128.example.com." is network 128's, by its name.`],
  ['mine.com', `"mine.com" is network 192's, as the configuration says (hosts); change it there.`],
  ['free.com', undefined],
  ['tcp-25', undefined],
])('%s is fixed: %s', (subject, expected) => {
  const settings = { baseDomain: 'example.com', httpEntryPoints: [], allowedReferences: [] }
  expect(fixedOwner(subject, settings, { ...DEFAULT_POLICY, hosts: { 'mine.com': 192 } })?.error).toBe(expected)
})
