import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../document/entry.ts'
import { codesOf, messagesOf, sampleArbitration, sampleRouter, servedOf } from './sample-wishes.ts'
import type { SampleFields, SampleMachine, SampleRouter } from './sample-wishes.ts'

const original = sampleRouter({ rule: 'Host(`app.example.org`) || Host(`*.app.example.org`)' }, { network: 64 })
const { ledger } = sampleArbitration([original])
const forkOf = (value: SampleRouter, fields: SampleFields = {}): Entry =>
  sampleRouter(value, { network: 128, service: 'web', ...fields })
const servedAs = (fork: Entry, machine: SampleMachine = {}): Entry | undefined =>
  servedOf([fork], sampleArbitration([fork], { ledger, ...machine })).get(fork.path)

describe('a router for hosts of another network is served at its service’s automatic host', () => {
  test.each([
    ['Host(`app.example.org`)', 'Host(`web-128.example.com`)'],
    ['Host(`app.example.org`) && PathPrefix(`/api`)', 'Host(`web-128.example.com`) && PathPrefix(`/api`)'],
    [
      'Host(`b.example.org`) || Host(`app.example.org`) && Method(`GET`)',
      'Host(`b.example.org`) || Host(`web-128.example.com`) && Method(`GET`)',
    ],
    ['Host(`app.example.org`) || Host(`x.app.example.org`)', 'Host(`web-128.example.com`)'],
    ['HostRegexp(`^(x\\.)?app\\.example\\.org$`)', 'Host(`web-128.example.com`)'],
    ['Host(`app.example.org`) && !Host(`app.example.org`)', 'Host(`web-128.example.com`) && !Host(`app.example.org`)'],
  ])('%s', (rule, expected) => {
    expect(servedAs(forkOf({ rule }))?.value['rule']).toBe(expected)
  })

  test('with everything else as it is', () => {
    const fork = forkOf(
      { rule: 'Host(`app.example.org`)', priority: 7, entryPoints: ['websecure'] },
      { middlewares: ['auth'] },
    )
    expect(servedAs(fork)?.value).toEqual({ ...fork.value, rule: 'Host(`web-128.example.com`)' })
  })

  test('with the certificate of all automatic hosts', () => {
    const tls = { certResolver: 'letsencrypt', options: 'o-128', domains: [{ main: 'app.example.org' }] }
    expect(servedAs(forkOf({ rule: 'Host(`app.example.org`)', tls }))?.value['tls']).toEqual({
      certResolver: 'letsencrypt',
      options: 'o-128',
      domains: [{ main: '*.example.com' }],
    })
  })

  test('and without domains of its own where it has other hosts or another resolver', () => {
    const tls = { certResolver: 'other', domains: [{ main: 'app.example.org' }] }
    expect(servedAs(forkOf({ rule: 'Host(`app.example.org`)', tls }))?.value['tls']).toEqual({ certResolver: 'other' })
  })

  test('which is said, and claims nothing', () => {
    const arbitration = sampleArbitration([forkOf({ rule: 'Host(`app.example.org`)' })], { ledger })
    expect(codesOf(arbitration)).toEqual(['HOST_TAKEN warning'])
    expect(messagesOf(arbitration)).toContain(
      'is served at web-128.example.com instead: app.example.org belongs to network 64',
    )
    expect(arbitration.ledger).toEqual(ledger)
  })

  test('and claims what nobody else has', () => {
    const fork = forkOf({ rule: 'Host(`app.example.org`) || Host(`b.example.org`)' })
    expect(sampleArbitration([fork], { ledger }).ledger.hosts.get('b.example.org')?.network).toBe(128)
  })

  test('where two would be the same, the older; the other one is left out', () => {
    const older = forkOf({ rule: 'Host(`app.example.org`)' }, { name: 'a', created: 1 })
    const younger = forkOf({ rule: 'Host(`x.app.example.org`)' }, { name: 'b', created: 2 })
    const arbitration = sampleArbitration([younger, older], { ledger })
    expect([...servedOf([older, younger], arbitration).keys()]).toEqual([older.path])
    expect(messagesOf(arbitration)).toContain(
      'isn\'t served at web-128.example.com instead, where the router "a" already is',
    )
  })
})

test('a router whose certificate alone is another’s is served without its domains', () => {
  const fork = forkOf({ rule: 'Host(`b.example.org`)', tls: { domains: [{ main: 'app.example.org' }] } })
  const arbitration = sampleArbitration([fork], { ledger })
  expect(servedOf([fork], arbitration).get(fork.path)?.value).toMatchObject({ rule: 'Host(`b.example.org`)', tls: {} })
  expect(codesOf(arbitration)).toEqual(['CERT_DOMAIN_TAKEN warning'])
})

describe('it is left out', () => {
  test.each<[string, SampleRouter, SampleMachine]>([
    ['where the operator wants it so', { rule: 'Host(`app.example.org`)' }, { policy: { forks: 'refuse' } }],
    [
      'where there are no automatic hosts',
      { rule: 'Host(`app.example.org`)' },
      { settings: { baseDomain: undefined } },
    ],
    ['where it could take any request, too', { rule: 'Host(`app.example.org`) || PathPrefix(`/`)' }, {}],
    [
      'where the operator gave that host away, too',
      { rule: 'Host(`app.example.org`)' },
      { policy: { hosts: { 'web-128.example.com': 192 } } },
    ],
  ])('%s', (_, value, machine) => {
    expect(servedAs(forkOf(value), machine)).toBeUndefined()
  })

  test('if it is not HTTP', () => {
    const fork = forkOf({ rule: 'HostSNI(`app.example.org`)', tls: {}, entryPoints: ['tcp-5432'] }, { protocol: 'tcp' })
    expect(servedAs(fork)).toBeUndefined()
  })
})
