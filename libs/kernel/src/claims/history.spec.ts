import { expect, test } from '@jest/globals'
import type { NetworkId, PortRequest, Settings } from '@route-server/plugin-api'
import fc from 'fast-check'
import type { Entry } from '../document/entry.ts'
import { ties } from '../network/ties.ts'
import { DEFAULT_POLICY, guardsOf } from '../policy.ts'
import type { Policy } from '../policy.ts'
import { aged } from '../ledger/aged.ts'
import { createArbiter } from './arbitrate.ts'
import type { WishChange } from './arbitrate.ts'
import { EMPTY_LEDGER, isNoChange } from '../ledger/ledger.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { assignClaim, releaseClaim } from '../ledger/operations.ts'
import { arbitrationOf, sampleRouter, sampleSettings, wishesOf } from './sample-wishes.ts'
import type { SampleArbitration } from './sample-wishes.ts'
import { bySeniority } from './seniority.ts'

const NETWORKS: readonly NetworkId[] = [64, 128, 192]
const HOSTS = ['x.test', 'a.x.test', 'b.a.x.test', 'web-128.example.com', 'given.test', 'y.given.test']
const WILDCARDS = ['x.test', 'a.x.test', 'example.com', 'given.test']
const SUBJECTS = [...HOSTS, ...WILDCARDS.map((host) => `*.${host}`), 'tcp-5432', 'tcp-10000', 'tcp-10001', 'udp-53']

interface Blueprint {
  readonly network: NetworkId
  readonly kind: 'http' | 'sni' | 'stream' | 'datagrams' | 'asks'
  readonly rule: string
  readonly name: number
  readonly created: number
  readonly port: 5432 | 53 | 9
  readonly hasResolver: boolean
}

const ANYTHING: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTS).map((host) => `Host(\`${host}\`)`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...WILDCARDS).map((host) => `HostRegexp(\`^[a-z]+\\.${host.replaceAll('.', '\\.')}$\`)`),
  },
  { weight: 1, arbitrary: fc.constant('PathPrefix(`/`)') },
)

const RULE = fc.oneof(
  { weight: 4, arbitrary: ANYTHING },
  { weight: 1, arbitrary: fc.tuple(ANYTHING, ANYTHING).map(([a, b]) => `${a} || ${b}`) },
)

const BLUEPRINT: fc.Arbitrary<Blueprint> = fc.record({
  network: fc.constantFrom(...NETWORKS),
  kind: fc.constantFrom('http', 'http', 'http', 'sni', 'stream', 'datagrams', 'asks'),
  rule: RULE,
  name: fc.nat(3),
  created: fc.nat(5),
  port: fc.constantFrom(5432, 53, 9),
  hasResolver: fc.boolean(),
})

function routerOf({ network, kind, rule, name, created, port, hasResolver }: Blueprint): Entry {
  const fields = { network, name: `${kind}-${name}`, service: `s${name}`, created }
  const resolver = hasResolver ? { certResolver: 'letsencrypt' } : {}
  const sni = rule
    .replaceAll('Host(', 'HostSNI(')
    .replaceAll('HostRegexp(', 'HostSNIRegexp(')
    .replaceAll('PathPrefix(`/`)', 'HostSNI(`*`)')
  switch (kind) {
    case 'http':
      return sampleRouter({ rule, ...(hasResolver && { tls: resolver }) }, fields)
    case 'sni':
      return sampleRouter({ rule: sni, tls: resolver, entryPoints: [`tcp-${port}`] }, { ...fields, protocol: 'tcp' })
    case 'stream':
      return sampleRouter({ rule: 'HostSNI(`*`)', entryPoints: [`tcp-${port}`] }, { ...fields, protocol: 'tcp' })
    case 'datagrams':
      return sampleRouter({ entryPoints: [`udp-${port}`] }, { ...fields, protocol: 'udp' })
    case 'asks': {
      const asks: PortRequest = { protocol: 'tcp', port }
      return sampleRouter({ rule: 'HostSNI(`*`)' }, { ...fields, protocol: 'tcp', asks })
    }
  }
}

type Step =
  | { readonly does: 'change'; readonly blueprints: readonly Blueprint[] }
  | { readonly does: 'remove'; readonly network: NetworkId; readonly which: number }
  | { readonly does: 'release'; readonly subject: string }
  | { readonly does: 'assign'; readonly subject: string; readonly network: NetworkId }
  | { readonly does: 'age'; readonly elapsed: number }
  | { readonly does: 'read again' }
  | { readonly does: 'leave'; readonly network: NetworkId }

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('change' as const),
      blueprints: fc.array(BLUEPRINT, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('remove' as const),
      network: fc.constantFrom(...NETWORKS),
      which: fc.nat(9),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('release' as const), subject: fc.constantFrom(...SUBJECTS) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('assign' as const),
      subject: fc.constantFrom(...SUBJECTS),
      network: fc.constantFrom(...NETWORKS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('age' as const), elapsed: fc.constantFrom(10, 60, 100) }) },
  { weight: 1, arbitrary: fc.constant({ does: 'read again' as const }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('leave' as const), network: fc.constantFrom(...NETWORKS) }) },
)

const POLICY: fc.Arbitrary<Policy> = fc
  .record({
    isTrusted: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    forks: fc.constantFrom<Policy['forks']>('auto-route', 'refuse'),
    catchAll: fc.constantFrom<readonly NetworkId[]>([], [64], [64, 128]),
    hosts: fc.constantFrom<Policy['hosts']>({}, { '*.given.test': 64 }, { '*.example.com': 64, 'a.x.test': 192 }),
    isTight: fc.boolean(),
  })
  .map(({ isTrusted, forks, catchAll, hosts, isTight }) => ({
    ...DEFAULT_POLICY,
    tenancy: isTrusted ? 'trusted' : 'strict',
    guards: guardsOf(isTrusted ? 'trusted' : 'strict'),
    forks,
    catchAll,
    hosts,
    dynamicPorts: { tcp: { first: 10_000, last: 10_001 }, udp: { first: 1, last: 0 } },
    ...(isTight && {
      shares: { routers: 4, hosts: 3, ports: 2, bytes: 900, certificateHosts: 1, revisions: 60 },
    }),
  }))

const SETTINGS: fc.Arbitrary<Settings> = fc.boolean().map((isListed) => ({
  ...sampleSettings,
  ...(isListed && { entryPoints: ['websecure', 'tcp-5432', 'tcp-10000', 'tcp-10001', 'udp-53'] }),
}))

const MONTH = 30 * 24 * 3_600_000

/** As the merge leaves them: no two routers of a network want the same. */
function withoutTies(entries: Iterable<Entry>): ReadonlyMap<string, Entry> {
  const sorted = [...entries].sort(bySeniority)
  const lost = new Set([...ties(sorted)].map(([entry]) => entry))
  return new Map(sorted.filter((entry) => !lost.has(entry)).map((entry) => [entry.path, entry]))
}

/** Every network's entries, from step to step, with what is other than what the arbiter was told last. */
function createHistory() {
  const entries = new Map<NetworkId, Map<string, Entry>>()
  const told = new Map<NetworkId, ReadonlyMap<string, Entry>>()
  const networks = () => [...entries].map(([network, wished]) => [network, { wishes: wishesOf(wished) }] as const)
  return {
    of: (network: NetworkId): readonly Entry[] => [...(entries.get(network)?.values() ?? [])],
    put(network: NetworkId, next: ReadonlyMap<string, Entry>): void {
      const known = entries.get(network) ?? new Map<string, Entry>()
      entries.set(network, known)
      known.clear()
      for (const [path, entry] of next) known.set(path, entry)
    },
    networks,
    change(): ReadonlyMap<NetworkId, WishChange> {
      const changes = new Map<NetworkId, WishChange>()
      for (const [network, { wishes }] of networks()) {
        const before = told.get(network) ?? new Map<string, Entry>()
        const gone = [...before.values()].filter((entry) => wishes.entries.get(entry.path) !== entry)
        const come = [...wishes.entries.values()].filter((entry) => before.get(entry.path) !== entry)
        told.set(network, new Map(wishes.entries))
        if (gone.length + come.length > 0) changes.set(network, { wishes, gone, come })
      }
      return changes
    },
    /** Everything as if it had come at once, and in another order. */
    whole: (): ReadonlyMap<NetworkId, WishChange> =>
      new Map(
        networks()
          .reverse()
          .map(([network, { wishes }]) => {
            const backwards = new Map([...wishes.entries].reverse())
            return [network, { wishes: wishesOf(backwards), gone: [], come: [...backwards.values()] }]
          }),
      ),
  }
}

const sortedMap = <V>(map: ReadonlyMap<string | number, V>): readonly (readonly [string | number, V])[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1))

const usedIn = (used: SampleArbitration['used']): unknown =>
  sortedMap(used)
    .filter(
      ([, { hosts, entryPoints, ports, certificates }]) =>
        hosts.size + entryPoints.size + ports.size + certificates.size > 0,
    )
    .map(([network, { hosts, entryPoints, ports, certificates }]) => ({
      network,
      hosts: [...hosts].sort(),
      entryPoints: sortedMap(entryPoints),
      ports: [...ports].sort(),
      certificates: [...certificates].sort(),
    }))

const summary = ({ ledger, verdicts, waiting }: SampleArbitration): unknown => ({
  hosts: sortedMap(ledger.hosts),
  entryPoints: sortedMap(ledger.entryPoints),
  ports: sortedMap(ledger.ports),
  certificates: sortedMap(ledger.certificates),
  waiting,
  verdicts: sortedMap(verdicts).map(([network, { gone, come, diagnostics }]) => ({
    network,
    gone: gone.map(({ path }) => path).sort(),
    come: come.map(({ path, text }) => `${path} ${text}`).sort(),
    diagnostics: diagnostics.map((one) => JSON.stringify(one)).sort(),
  })),
})

const copied = ({ hosts, entryPoints, ports, certificates }: Ledger): Ledger => ({
  hosts: new Map(sortedMap(hosts) as [string, never][]),
  entryPoints: new Map(sortedMap(entryPoints) as [string, never][]),
  ports: new Map(sortedMap(ports) as [string, never][]),
  certificates: new Map(sortedMap(certificates) as [string, never][]),
})

test('a history of changes, orders and ages comes to what its last state comes to by itself', () => {
  fc.assert(
    fc.property(
      POLICY,
      SETTINGS,
      fc.array(fc.tuple(STEP, fc.nat(3)), { minLength: 1, maxLength: 25 }),
      (policy, settings, steps) => {
        const lasting = createArbiter(settings, policy, EMPTY_LEDGER)
        const history = createHistory()
        for (const [now, [step, pause]] of steps.entries()) {
          switch (step.does) {
            case 'change': {
              for (const network of new Set(step.blueprints.map((one) => one.network))) {
                const come = step.blueprints.filter((one) => one.network === network).map(routerOf)
                const all = new Map([...history.of(network), ...come].map((entry) => [entry.path, entry] as const))
                history.put(network, withoutTies(all.values()))
              }
              break
            }
            case 'remove':
              history.put(
                step.network,
                withoutTies(history.of(step.network).filter((_, index) => index !== step.which)),
              )
              break
            case 'leave':
              history.put(step.network, new Map())
              break
            case 'release': {
              const released = releaseClaim(lasting.ledger, step.subject)
              if (!('error' in released)) lasting.decree(released)
              break
            }
            case 'assign': {
              const assigned = assignClaim(lasting.ledger, step.subject, step.network, now)
              if (!('error' in assigned)) lasting.decree(assigned)
              break
            }
            case 'age':
              lasting.decree(
                aged(lasting.ledger, lasting.used(), {
                  isAway: () => true,
                  elapsed: step.elapsed,
                  lapse: 100,
                  date: now + (step.elapsed > 60 ? MONTH : 0),
                }),
              )
              break
            case 'read again':
              lasting.decree(copied(lasting.ledger))
          }
          if (pause === 0) continue
          const before = copied(lasting.ledger)
          lasting.apply(history.change(), now)
          const networks = history.networks()
          const arbitration = arbitrationOf(lasting, networks)
          const whole = history.whole()
          const fresh = createArbiter(settings, policy, before)
          fresh.apply(whole, now)
          const anew = arbitrationOf(fresh, whole)
          expect(summary(arbitration)).toEqual(summary(anew))
          expect(usedIn(arbitration.used)).toEqual(usedIn(anew.used))
          // What is claimed once is claimed: another look changes nothing.
          const again = createArbiter(settings, policy, arbitration.ledger)
          const { claimed } = again.apply(whole, now + 1)
          expect(isNoChange(claimed)).toBe(true)
          expect(summary(arbitrationOf(again, whole))).toEqual(summary(arbitration))
        }
      },
    ),
    { numRuns: 150, seed: 5 },
  )
})
