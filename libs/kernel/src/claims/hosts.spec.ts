import { describe, expect, test } from '@jest/globals'
import type { Entry } from '../document/entry.ts'
import { guardsOf } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { aged } from '../ledger/aged.ts'
import { codesOf, messagesOf, sampleArbitration, sampleRouter, servedOf } from './sample-wishes.ts'
import type { SampleMachine, SampleRouter } from './sample-wishes.ts'

const refuse: Partial<Policy> = { forks: 'refuse' }

const victim = sampleRouter({ rule: 'Host(`app.example.org`)' }, { network: 64, name: 'app' })
const ledger = sampleArbitration([victim]).ledger
const attackOf = (value: SampleRouter, protocol: 'http' | 'tcp' = 'http') =>
  sampleRouter(value, { network: 128, created: 0, protocol })

describe('of the hosts of network 64, network 128 gets none', () => {
  test.each<[string, SampleRouter, string, RegExp]>([
    ['by its name', { rule: 'Host(`app.example.org`)' }, 'HOST_TAKEN', /app\.example\.org belongs to network 64/],
    ['beside one of its own', { rule: 'Host(`b.example.org`) || Host(`app.example.org`)' }, 'HOST_TAKEN', /network 64/],
    ['with a path', { rule: 'Host(`app.example.org`) && PathPrefix(`/admin`)' }, 'HOST_TAKEN', /network 64/],
    ['with a huge priority', { rule: 'Host(`app.example.org`)', priority: 2 ** 31 }, 'HOST_TAKEN', /network 64/],
    ['in upper case', { rule: 'Host(`APP.Example.ORG`)' }, 'HOST_TAKEN', /network 64/],
    ['with a trailing dot', { rule: 'Host(`app.example.org.`)' }, 'HOST_TAKEN', /network 64/],
    ['escaped', { rule: 'Host("\\x61pp.example.org")' }, 'HOST_TAKEN', /network 64/],
    ['by a pattern for it alone', { rule: 'HostRegexp(`^app\\.example\\.org$`)' }, 'HOST_TAKEN', /network 64/],
    [
      'by a pattern for all beside it',
      { rule: 'HostRegexp(`^[a-z]+\\.example\\.org$`) || Host(`example.org`)' },
      'HOST_TAKEN',
      /\*\.example\.org, and app\.example\.org belongs to network 64/,
    ],
    ['by a wildcard', { rule: 'Host(`*.example.org`) || Host(`example.org`)' }, 'HOST_TAKEN', /network 64/],
    ['by a wildcard below it', { rule: 'Host(`*.app.example.org`)' }, 'HOST_TAKEN', /network 64/],
    ['by a wildcard of which it has no parent', { rule: 'Host(`*.example.net`)' }, 'WILDCARD_UNOWNED', /example\.net/],
    ['by a path for any host', { rule: 'PathPrefix(`/`)' }, 'RULE_UNBOUND', /names no host/],
    [
      'or any path',
      { rule: 'Host(`b.example.org`) || PathPrefix(`/`)' },
      'RULE_UNBOUND',
      /PathPrefix\(`\/`\) names no/,
    ],
    ['by a denial', { rule: '!Host(`b.example.org`)' }, 'RULE_UNBOUND', /hosts of other networks/],
    ['by a denial beside a path', { rule: 'Path(`/x`) && !Host(`b.example.org`)' }, 'RULE_UNBOUND', /names no host/],
    ['by a header', { rule: 'Header(`Host`, `app.example.org`)' }, 'RULE_UNBOUND', /names no host/],
    ['by any pattern', { rule: 'HostRegexp(`.*`)' }, 'RULE_UNBOUND', /anchored/],
    ['by a pattern without an end', { rule: 'HostRegexp(`^app\\.example\\.org`)' }, 'RULE_UNBOUND', /anchored/],
    ['by a pattern for a top-level domain', { rule: 'HostRegexp(`^.+$`)' }, 'RULE_UNBOUND', /domain of its own/],
    ['by every host', { rule: 'Host(`*`)' }, 'RULE_UNBOUND', /is every host/],
    ['by an IP address', { rule: 'Host(`203.0.113.7`)' }, 'RULE_UNBOUND', /is an IP address/],
    ['by all automatic hosts', { rule: 'Host(`*.example.com`)' }, 'HOST_OPERATORS', /only the operator/],
    ['by all of a top-level domain', { rule: 'Host(`*.com`)' }, 'HOST_OPERATORS', /only the operator/],
    [
      'by a top-level domain and all below it',
      { rule: 'Host(`net`) || Host(`*.net`)' },
      'HOST_OPERATORS',
      /every domain of a top-level one/,
    ],
    [
      'by a pattern for all below one',
      { rule: 'Host(`net`) || HostRegexp(`^[a-z.]+\\.net$`)' },
      'HOST_OPERATORS',
      /only the operator/,
    ],
    ['its automatic host', { rule: 'Host(`web-64.example.com`)' }, 'HOST_TAKEN', /automatic hosts of network 64/],
    [
      'below its automatic host',
      { rule: 'Host(`x.web-64.example.com`)' },
      'HOST_TAKEN',
      /automatic hosts of network 64/,
    ],
    ['of a network that does not exist', { rule: 'Host(`web-6400.example.com`)' }, 'HOST_TAKEN', /of network 6400/],
    [
      'for a certificate',
      { rule: 'Host(`b.example.org`)', tls: { certResolver: 'x', domains: [{ main: 'app.example.org' }] } },
      'CERT_DOMAIN_TAKEN',
      /a certificate for app\.example\.org, and app\.example\.org belongs to network 64/,
    ],
    [
      'among others for a certificate',
      { rule: 'Host(`b.example.org`)', tls: { domains: [{ main: 'b.example.org', sans: ['App.example.org.'] }] } },
      'CERT_DOMAIN_TAKEN',
      /network 64/,
    ],
    [
      'by a certificate for what is no host',
      { rule: 'Host(`b.example.org`)', tls: { domains: [{ main: '*' }] } },
      'HOST_INVALID',
      /"\*", which is every host/,
    ],
  ])('%s', (_, value, code, message) => {
    const attack = attackOf(value)
    const arbitration = sampleArbitration([victim, attack], { ledger, policy: refuse })
    expect([...servedOf([victim, attack], arbitration).values()]).toEqual([victim])
    expect(codesOf(arbitration)).toEqual([`${code} error`])
    expect(messagesOf(arbitration)).toMatch(message)
    expect(arbitration.ledger).toEqual(ledger)
  })

  test('over TCP with TLS', () => {
    const attack = attackOf({ rule: 'HostSNI(`app.example.org`)', tls: {}, entryPoints: ['websecure'] }, 'tcp')
    expect(codesOf(sampleArbitration([victim, attack], { ledger }))).toEqual(['HOST_TAKEN error'])
  })

  test('in punycode of another case', () => {
    const idn = sampleRouter({ rule: 'Host(`xn--bcher-kva.example`)' }, { network: 64 })
    const attack = attackOf({ rule: 'Host(`XN--Bcher-KVA.example`)' })
    const arbitration = sampleArbitration([idn, attack], { ledger: sampleArbitration([idn]).ledger, policy: refuse })
    expect(codesOf(arbitration)).toEqual(['HOST_TAKEN error'])
  })

  test('and is told which label is at fault', () => {
    const attack = attackOf({ rule: 'Host(`app.example.org`)' })
    const { by } = attack
    const labels = { 'traefik.HTTP.routers.web.rule': 'Host(`app.example.org`)' }
    const labelled = by && { ...attack, by: { ...by, container: { ...by.container, labels } } }
    const { verdicts } = sampleArbitration(labelled ? [labelled] : [], { ledger, policy: refuse })
    expect(verdicts.get(128)?.diagnostics[0]?.label).toBe('traefik.HTTP.routers.web.rule')
    expect(verdicts.get(128)?.diagnostics[0]?.message).toBe(
      'The router "web" is left out: app.example.org belongs to network 64, which routed it first. Use another host, or ask the operator to release it: route-server claims release app.example.org.',
    )
  })
})

describe('a claim', () => {
  test('is made by the oldest container, whatever the order', () => {
    const younger = sampleRouter({ rule: 'Host(`new.example.org`)' }, { network: 64, created: 2 })
    const older = sampleRouter({ rule: 'Host(`new.example.org`)' }, { network: 128, created: 1 })
    for (const entries of [
      [younger, older],
      [older, younger],
    ]) {
      const arbitration = sampleArbitration(entries)
      expect(arbitration.ledger.hosts).toEqual(new Map([['new.example.org', { network: 128, since: 1000, away: 0 }]]))
      expect([...arbitration.verdicts.keys()]).toEqual([64])
    }
  })

  test('outlives its owner and a younger container of his', () => {
    const attack = attackOf({ rule: 'Host(`app.example.org`)' })
    const away = sampleArbitration([attack], { ledger })
    expect(away.ledger.hosts.get('app.example.org')?.network).toBe(64)
    const again = sampleRouter({ rule: 'Host(`app.example.org`)' }, { network: 64, name: 'app', created: 99 })
    expect([...sampleArbitration([attack, again], { ledger: away.ledger }).verdicts.keys()]).toEqual([128])
  })

  test('is not made by a router that is refused', () => {
    const attack = attackOf({ rule: 'Host(`free.example.org`) || PathPrefix(`/`)' })
    expect(sampleArbitration([attack]).ledger.hosts.size).toBe(0)
  })

  test('is not made for automatic hosts of its own, nor for the certificate of all', () => {
    const own = sampleRouter({ rule: 'Host(`web-64.example.com`)', tls: { domains: [{ main: '*.example.com' }] } })
    const arbitration = sampleArbitration([own])
    expect(arbitration.verdicts.size).toBe(0)
    expect(arbitration.ledger.hosts.size).toBe(0)
  })

  test('is one for HTTP and for TCP with TLS', () => {
    const sni = sampleRouter(
      { rule: 'HostSNI(`db.example.org`)', tls: {}, entryPoints: ['tcp-5432'] },
      { network: 64, protocol: 'tcp' },
    )
    const web = sampleRouter({ rule: 'Host(`db.example.org`)' }, { network: 128, created: 2 })
    expect([...sampleArbitration([sni, web]).verdicts.keys()]).toEqual([128])
  })

  test('lapses, and then the next has it', () => {
    const attack = attackOf({ rule: 'Host(`app.example.org`)' })
    const { used } = sampleArbitration([attack], { ledger, policy: refuse })
    const lapsed = aged(ledger, used, { isAway: () => true, elapsed: 10, lapse: 10, date: 0 })
    expect(sampleArbitration([attack], { ledger: lapsed }).ledger.hosts.get('app.example.org')?.network).toBe(128)
  })
})

describe('a wildcard', () => {
  const parent = sampleRouter({ rule: 'Host(`app.example.org`)' }, { network: 64, name: 'parent' })
  const wild = sampleRouter(
    { rule: 'HostRegexp(`^[a-z]+\\.app\\.example\\.org$`)' },
    { network: 64, name: 'a', created: 0 },
  )
  const other = sampleRouter({ rule: 'Host(`x.app.example.org`)' }, { network: 128, created: 2 })

  test('is for the network that has its parent, in whatever order they come', () => {
    const arbitration = sampleArbitration([wild, parent])
    expect(arbitration.verdicts.size).toBe(0)
    expect([...arbitration.ledger.hosts.keys()].sort()).toEqual(['*.app.example.org', 'app.example.org'])
  })

  test('keeps others from what is below', () => {
    const arbitration = sampleArbitration([wild, parent, other], { policy: refuse })
    expect([...arbitration.verdicts.keys()]).toEqual([128])
    expect(messagesOf(arbitration)).toContain('x.app.example.org belongs to network 64')
  })

  test('is refused where another has something below', () => {
    const held = sampleArbitration([other]).ledger
    const arbitration = sampleArbitration([wild, parent, other], { ledger: held, policy: refuse })
    expect([...arbitration.verdicts.keys()]).toEqual([64])
    expect(messagesOf(arbitration)).toContain(
      'it is for *.app.example.org, and x.app.example.org belongs to network 128',
    )
  })

  test('below an automatic host is its own network’s', () => {
    const below = sampleRouter({ rule: 'Host(`*.web-64.example.com`)' })
    expect(sampleArbitration([below]).verdicts.size).toBe(0)
  })

  test('that the operator gave gives way to what others have below', () => {
    const everything = sampleRouter({ rule: 'Host(`*.example.com`)', priority: 5000 })
    const arbitration = sampleArbitration([everything], { policy: { hosts: { '*.example.com': 64 } } })
    expect(arbitration.verdicts.get(64)?.come[0]?.value['priority']).toBeLessThan(-(2 ** 30))
    const automatic = sampleRouter({ rule: 'Host(`web-128.example.com`)' }, { network: 128 })
    expect(sampleArbitration([automatic], { policy: { hosts: { '*.example.com': 64 } } }).verdicts.size).toBe(0)
  })
})

describe('the operator', () => {
  test.each(['app.example.org', '*.example.org'])('gives %s to whom he likes, whoever claimed it', (name) => {
    const favoured = sampleRouter({ rule: 'Host(`app.example.org`)' }, { network: 128 })
    const machine: SampleMachine = { ledger, policy: { ...refuse, hosts: { [name]: 128 } } }
    const arbitration = sampleArbitration([victim, favoured], machine)
    expect([...arbitration.verdicts.keys()]).toEqual([64])
    expect(messagesOf(arbitration)).toContain('the operator gave app.example.org to network 128')
  })

  test.each(['*.example.org', '*.example.com'])(
    'gives nobody %s over TCP where others have HTTP below it',
    (wildcard) => {
      const policy = { hosts: { [wildcard]: 128, 'app.example.org': 64 } }
      const codesOn = (entryPoint: string): readonly string[] => {
        const all = attackOf({ rule: `HostSNI(\`${wildcard}\`)`, tls: {}, entryPoints: [entryPoint] }, 'tcp')
        return codesOf(sampleArbitration([victim, all], { ledger, policy }))
      }
      expect(codesOn('websecure')).toEqual(['ENTRY_POINT_WRONG_KIND error'])
      expect(codesOn('custom')).toEqual(['ENTRY_POINT_WRONG_KIND error'])
      expect(codesOn('tcp-5432')).toEqual([])
    },
  )

  test('allows a network rules for any host, which every other router beats', () => {
    const all = sampleRouter({ rule: 'PathPrefix(`/`)', priority: 9999 }, { network: 128 })
    const arbitration = sampleArbitration([victim, all], { ledger, policy: { catchAll: [128] } })
    expect(codesOf(arbitration)).toEqual(['RULE_UNBOUND info'])
    expect(servedOf([victim, all], arbitration).get(all.path)?.value['priority']).toBeLessThan(-(2 ** 30))
  })

  test('and several, in the order of their own, and never that of another network', () => {
    const named = (network: number) => [
      sampleRouter({ rule: 'PathPrefix(`/`)' }, { name: 'a', network }),
      sampleRouter({ rule: 'PathPrefix(`/api`)' }, { name: 'b', network }),
      sampleRouter({ rule: 'PathPrefix(`/x`)', priority: 3 }, { name: 'c', network }),
    ]
    const routers = [...named(64), ...named(128)]
    const served = servedOf(routers, sampleArbitration(routers, { policy: { catchAll: [64, 128] } }))
    const priorities = routers.map(({ path }) => Number(served.get(path)?.value['priority']))
    expect(new Set(priorities).size).toBe(6)
    const [all = NaN, api = NaN, x = NaN] = priorities
    expect([api > all, all > x]).toEqual([true, true])
  })

  test('who trusts all networks has everything served, and told', () => {
    const attack = attackOf({ rule: 'Host(`app.example.org`) || Host(`free.example.org`) || PathPrefix(`/`)' })
    const machine: SampleMachine = { ledger, policy: { tenancy: 'trusted', guards: guardsOf('trusted') } }
    const arbitration = sampleArbitration([victim, attack], machine)
    expect(servedOf([victim, attack], arbitration).get(attack.path)).toBe(attack)
    expect(codesOf(arbitration)).toEqual(['RULE_UNBOUND info', 'HOST_TAKEN info'])
    expect(messagesOf(arbitration)).toContain('with tenancy strict')
    expect(arbitration.ledger.hosts.get('app.example.org')?.network).toBe(64)
    expect(arbitration.ledger.hosts.get('free.example.org')?.network).toBe(128)
  })
})

test('what refers to a router that is left out is left out with it', () => {
  const attack = attackOf({ rule: 'Host(`app.example.org`)' })
  const child = sampleRouter(
    { rule: 'Host(`b.example.org`)', parentRefs: [attack.name] },
    { network: 128, name: 'child' },
  )
  const referring: Entry = { ...child, references: [{ section: 'http.routers', name: attack.name, path: attack.path }] }
  const arbitration = sampleArbitration([victim, attack, referring], { ledger, policy: refuse })
  expect(arbitration.verdicts.get(128)?.gone).toEqual([attack, referring])
  expect(codesOf(arbitration)).toEqual(['HOST_TAKEN error', 'REFERENCE_MISSING error'])
})
