import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Entry } from '../document/entry.ts'
import { DEFAULT_POLICY, DEFAULT_SHARES, guardsOf } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { createArbiter } from './arbitrate.ts'
import { EMPTY_LEDGER } from '../ledger/ledger.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { releaseClaim } from '../ledger/operations.ts'
import {
  arbitrationOf,
  sampleArbitration,
  sampleRouter,
  sampleSettings,
  sampleWishes,
  servedOf,
} from './sample-wishes.ts'
import type { SampleArbitration, SampleFields } from './sample-wishes.ts'

const HOSTS = [
  'a.example.org',
  'b.example.org',
  'x.a.example.org',
  '*.a.example.org',
  '*.example.org',
  'example.org',
  'web-64.example.com',
  'web-192.example.com',
]
const rule = fc
  .array(fc.constantFrom(...HOSTS.map((host) => `Host(\`${host}\`)`), 'PathPrefix(`/`)'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((matchers) => matchers.join(' || '))

const routerOf: Readonly<Record<string, (fields: SampleFields, text: string, port: number) => Entry>> = {
  http: (fields, text) => sampleRouter({ rule: text }, fields),
  sni: (fields, _, port) =>
    sampleRouter(
      { rule: `HostSNI(\`${HOSTS[port % 3] ?? ''}\`)`, tls: {}, entryPoints: [`tcp-${port}`] },
      { ...fields, protocol: 'tcp' },
    ),
  stream: (fields, _, port) =>
    sampleRouter({ rule: 'HostSNI(`*`)', entryPoints: [`tcp-${port}`] }, { ...fields, protocol: 'tcp' }),
  ask: (fields, _, port) =>
    sampleRouter(
      { rule: 'HostSNI(`*`)', entryPoints: undefined },
      { ...fields, protocol: 'tcp', asks: { protocol: 'tcp', port } },
    ),
}

const entry = fc
  .record({
    kind: fc.constantFrom('http', 'http', 'http', 'sni', 'stream', 'ask'),
    network: fc.constantFrom(64, 128, 192),
    service: fc.constantFrom('web', 'db', 'app'),
    created: fc.integer({ min: 1, max: 5 }),
    rule,
    port: fc.constantFrom(10_000, 10_001, 5432),
  })
  .map(({ kind, network, service, created, rule: text, port }) =>
    routerOf[kind]?.({ network, service, name: `${service}${created}${kind}`, created }, text, port),
  )
const entries = fc
  .array(entry, { maxLength: 14 })
  .map((all) => [...new Map(all.flatMap((one) => (one ? [[one.path, one] as const] : []))).values()])

const policy = fc
  .record({
    forks: fc.constantFrom('auto-route' as const, 'refuse' as const),
    guards: fc.constantFrom(guardsOf('strict'), guardsOf('strict'), guardsOf('trusted')),
    shares: fc.record({
      hosts: fc.constantFrom(2, 1000),
      ports: fc.constantFrom(1, 100),
      routers: fc.constantFrom(3, 1000),
    }),
    catchAll: fc.constantFrom([], [128]),
  })
  .map(({ shares, ...more }): Partial<Policy> => ({ ...more, shares: { ...DEFAULT_SHARES, ...shares } }))

const plainLedger = ({ hosts, entryPoints, ports }: Ledger) =>
  [hosts, entryPoints, ports].map((map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)))
const plain = (all: readonly Entry[], arbitration: SampleArbitration) => ({
  ledger: plainLedger(arbitration.ledger),
  served: [...servedOf(all, arbitration)].map(([path, { text }]) => `${path} ${text}`).sort(),
  said: [...arbitration.verdicts]
    .map(([network, { diagnostics }]) => [network, diagnostics])
    .sort(([a], [b]) => Number(a) - Number(b)),
  waiting: arbitration.waiting,
})

describe('the arbiter', () => {
  test('decides the same in whatever order networks and entries come', () => {
    fc.assert(
      fc.property(
        entries.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        policy,
        ([all, shuffled], law) => {
          const machine = { policy: law }
          expect(plain(shuffled, sampleArbitration(shuffled, machine))).toEqual(
            plain(all, sampleArbitration(all, machine)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('stays with what it decided', () => {
    fc.assert(
      fc.property(entries, policy, (all, law) => {
        const first = sampleArbitration(all, { policy: law })
        const again = sampleArbitration(all, { policy: law, ledger: first.ledger })
        expect(again.ledger).toEqual(first.ledger)
        expect(plain(all, again)).toEqual(plain(all, first))
      }),
      { numRuns: 300 },
    )
  })

  test('never lets two networks have one host, or an entry point that one has alone', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const arbitration = sampleArbitration(all)
        const owners = new Map<string, number>()
        for (const { name, section, value } of servedOf(all, arbitration).values()) {
          const network = Number(name.slice(name.lastIndexOf('-') + 1))
          const names =
            section === 'http.routers' || value['tls']
              ? [...(value['rule'] as string).matchAll(/`([^`*/]+)`/g)].map(([, host]) => host ?? '')
              : (value['entryPoints'] as readonly string[])
          for (const each of names) {
            expect(owners.get(each) ?? network).toBe(network)
            owners.set(each, network)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('what the operator changes in the ledger', () => {
  const fork = sampleRouter({ rule: 'Host(`a.example.org`)' }, { network: 128, created: 2 })
  const original = sampleRouter({ rule: 'Host(`a.example.org`)' }, { network: 64 })

  test('is arbitrated by from then on', () => {
    const arbiter = createArbiter(sampleSettings, DEFAULT_POLICY, EMPTY_LEDGER)
    const networks = sampleWishes(original, fork)
    arbiter.apply(networks, 1)
    expect([...arbitrationOf(arbiter, networks).verdicts.keys()]).toEqual([128])

    arbiter.apply(
      new Map([[64, { wishes: { entries: new Map(), referrers: () => [] }, gone: [original], come: [] }]]),
      2,
    )
    const released = releaseClaim(arbiter.ledger, 'a.example.org')
    if ('error' in released) throw new Error(released.error)
    expect([...arbiter.decree(released).hosts]).toEqual([['a.example.org', undefined]])
    const { claimed, verdicts } = arbiter.apply(new Map(), 3)
    expect([...claimed.hosts]).toEqual([['a.example.org', { network: 128, since: 3, away: 0 }]])
    expect(verdicts.get(128)).toMatchObject({ come: [fork] })
  })
})
