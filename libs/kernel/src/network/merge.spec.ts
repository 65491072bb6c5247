import { describe, expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Container, Diagnostic, Fragment, Plugin, Settings } from '@route-server/plugin-api'
import fc from 'fast-check'
import { evaluate } from '../evaluate/evaluate.ts'
import type { Contribution } from '../evaluate/evaluate.ts'
import { merge } from './merge.ts'
import type { Merged } from './merge.ts'
import { DEFAULT_POLICY, guardsOf } from '../policy.ts'
import { sampleContainer } from '../sample-container.ts'

const settings: Settings = { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] }

/** These servers stand anywhere. */
const anywhere = { ...DEFAULT_POLICY, guards: guardsOf('trusted') }

/** Plugins that contribute what a label of their name says, so that a test says what it merges. */
const told = (name: string, yields = false): Plugin =>
  definePlugin({
    name,
    labels: {},
    options: noOptions,
    yields,
    contribute: ({ labels }) => (labels[name] === undefined ? undefined : (JSON.parse(labels[name]) as Fragment)),
  })
const plugins = [told('one'), told('two'), told('last', true)].map((plugin) => ({ plugin, options: undefined }))

type Told = Readonly<Partial<Record<'one' | 'two' | 'last', Fragment>>>
const container = (name: string, fragments: Told, fields: Partial<Container> = {}): Container =>
  sampleContainer({
    name,
    ...fields,
    labels: {
      ...Object.fromEntries(Object.entries(fragments).map(([plugin, fragment]) => [plugin, JSON.stringify(fragment)])),
      ...fields.labels,
    },
  })

const contributionsOf = (...containers: readonly Container[]): readonly Contribution[] =>
  containers.flatMap((one) => evaluate(one, plugins, settings, anywhere).contributions)
const merged = (...containers: readonly Container[]): Merged => merge(contributionsOf(...containers), anywhere)

const pathsOf = ({ entries }: Merged): string[] => [...entries.keys()].sort()
const saidOf = ({ diagnostics }: Merged): string[] =>
  diagnostics.map(({ code, origin }) => `${code} ${origin.container ?? ''}`)
const text = ({ entries }: Merged): string =>
  [...entries.values()]
    .map(({ section, text }) => `${section}\n${text}`)
    .sort()
    .join('')

const service = (url: string, more: object = {}): Fragment => ({
  http: { services: { s: { loadBalancer: { servers: [{ url }], ...more } } } },
})
const router = (rule: string, middlewares?: readonly string[]): Fragment => ({
  http: { routers: { r: { rule, service: 's', ...(middlewares && { middlewares }) } } },
})
const middleware = (name: string, prefix: string): Fragment => ({
  http: { middlewares: { [name]: { stripPrefix: { prefixes: [prefix] } } } },
})
const both = (a: Fragment, b: Fragment): Fragment => ({ http: { ...a.http, ...b.http } })

describe('one name, several containers', () => {
  test('equal definitions are one, with all who say so', () => {
    const result = merged(
      container('a', { one: middleware('m', '/x') }),
      container('b', { two: middleware('m', '/x') }),
    )
    expect(result.diagnostics).toEqual([])
    expect(result.entries.get('http.middlewares/m-2816')?.origins).toMatchObject([
      { plugin: 'one', container: 'a' },
      { plugin: 'two', container: 'b' },
    ])
  })

  test.each([
    ['created first', { created: 1 }, { created: 2 }],
    ['with the lower ID', { id: 'a' }, { id: 'b' }],
  ])('of different ones that of the container %s stays', (_, older, newer) => {
    const a = container('a', { one: middleware('m', '/old') }, older)
    const b = container('b', { one: middleware('m', '/new') }, newer)
    for (const result of [merged(a, b), merged(b, a)]) {
      expect(text(result)).toContain('/old')
      expect(saidOf(result)).toEqual(['NAME_TAKEN b'])
    }
  })

  test('replicas are one load balancer, the oldest server first', () => {
    const replicas = ['http://c', 'http://a', 'http://b', 'http://a'].map((url, i) =>
      container(
        `web-${i}`,
        { one: both(service(url), router('Host(`a`)')) },
        { created: i, labels: { 'rediacc.service_name': 'web' } },
      ),
    )
    const { entries, diagnostics } = merged(...[...replicas].reverse())
    expect(diagnostics).toEqual([])
    expect(entries.get('http.services/s-2816')?.value).toEqual({
      loadBalancer: { servers: [{ url: 'http://c' }, { url: 'http://a' }, { url: 'http://b' }] },
    })
    expect(entries.get('http.services/s-2816')?.origins.map(({ container }) => container)).toEqual([
      'web-0',
      'web-1',
      'web-2',
      'web-3',
    ])
  })

  test('load balancers that differ in anything else are not', () => {
    const result = merged(
      container('a', { one: service('http://a') }),
      container('b', { one: service('http://b', { passHostHeader: false }) }),
    )
    expect(text(result)).not.toContain('http://b')
    expect(saidOf(result)).toEqual(['NAME_TAKEN b'])
  })

  test('TCP and UDP servers are told apart by their address', () => {
    const of = (address: string): Fragment => ({
      tcp: { services: { s: { loadBalancer: { servers: [{ address }] } } } },
      udp: { services: { s: { loadBalancer: { servers: [{ address }] } } } },
    })
    const { entries } = merged(
      container('a', { one: of('a:1') }),
      container('b', { one: of('b:1') }),
      container('c', { one: of('a:1') }),
    )
    for (const path of ['tcp.services/s-2816', 'udp.services/s-2816'])
      expect(entries.get(path)?.value).toEqual({ loadBalancer: { servers: [{ address: 'a:1' }, { address: 'b:1' }] } })
  })

  test('two plugins of one container that differ: the first by name stays', () => {
    const result = merged(container('a', { two: middleware('m', '/two'), one: middleware('m', '/one') }))
    expect(text(result)).toContain('/one')
    expect(saidOf(result)).toEqual(['NAME_TAKEN a'])
  })
})

describe('who loses a name loses what refers to it', () => {
  test("a router is not put behind another container's middleware of the same name", () => {
    const result = merged(
      container('a', { one: middleware('auth', '/harmless') }),
      container(
        'b',
        { one: both(service('http://b'), router('Host(`a`)', ['auth'])), two: middleware('auth', '/guard') },
        { created: 2 },
      ),
    )
    expect(pathsOf(result)).toEqual(['http.middlewares/auth-2816', 'http.services/s-2816'])
    expect(saidOf(result)).toEqual(['NAME_TAKEN b', 'REFERENCE_MISSING b'])
  })

  test("nor before another container's service", () => {
    const result = merged(
      container('a', { one: service('http://a') }),
      container('b', { one: both(service('http://b', { sticky: {} }), router('Host(`b`)')) }, { created: 2 }),
    )
    expect(pathsOf(result)).toEqual(['http.services/s-2816'])
  })

  test("while one that means the older container's goes on", () => {
    const result = merged(
      container('a', { one: middleware('auth', '/a') }),
      container('b', { two: middleware('auth', '/b') }, { created: 2 }),
      container('c', { one: both(service('http://c'), router('Host(`a`)', ['auth'])) }, { created: 3 }),
    )
    expect(pathsOf(result)).toContain('http.routers/r-2816')
  })
})

describe('two services whose names make one DNS label', () => {
  const web = (name: string, created: number, fragments: Told): Container =>
    container(name.replace(/\W/g, ''), fragments, { created, labels: { 'rediacc.service_name': name } })
  const route = (url: string): Fragment => ({
    http: {
      routers: { 'my-app': { rule: 'Host(`a`)', service: 'my-app' } },
      services: { 'my-app': { loadBalancer: { servers: [{ url }] } } },
    },
  })

  test('the older one has it', () => {
    for (const plugin of ['one', 'last']) {
      const older = web('my_app', 1, { [plugin]: route('http://old') })
      const newer = web('my-app', 2, { [plugin]: route('http://new') })
      for (const result of [merged(older, newer), merged(newer, older)]) {
        expect(text(result)).toContain('http://old')
        expect(text(result)).not.toContain('http://new')
        expect(saidOf(result)).toContain('SERVICE_NAME_TAKEN myapp')
      }
    }
  })

  test('a router of the newer one does not lead to the older one', () => {
    const older = web('my_app', 1, { last: route('http://old') })
    const newer = web('my-app', 2, {
      one: { http: { services: { 'my-app': { loadBalancer: { servers: [{ url: 'http://new' }] } } } } },
      two: { http: { routers: { own: { rule: 'Host(`b`)', service: 'my-app' } } } },
    })
    expect(pathsOf(merged(older, newer))).toEqual(['http.routers/my-app-2816', 'http.services/my-app-2816'])
  })
})

describe('what yields', () => {
  const automatic = both(service('http://auto'), router('Host(`auto`)'))

  test('gives way as a whole, whichever container is older', () => {
    for (const created of [1, 3]) {
      const result = merged(
        container('auto', { last: automatic }, { created }),
        container(
          'own',
          {
            one: middleware('x', '/'),
            two: {
              http: {
                routers: { r: { rule: 'Host(`b`)', service: 's' } },
                services: { s: { loadBalancer: { servers: [{ url: 'http://own' }] } } },
              },
            },
          },
          { created: 2 },
        ),
      )
      expect(text(result)).not.toContain('auto')
      expect(saidOf(result)).toEqual(['GIVES_WAY auto'])
    }
  })

  test('even where both say the same', () => {
    const result = merged(container('auto', { last: automatic }), container('own', { one: automatic }, { created: 2 }))
    expect(result.entries.get('http.routers/r-2816')?.origins).toMatchObject([{ container: 'own' }])
  })

  test('but not to its own kind: replicas have one automatic route', () => {
    const replica = (name: string, url: string, created: number): Container =>
      container(
        name,
        { last: both(service(url), router('Host(`a`)')) },
        { created, labels: { 'rediacc.service_name': 'web' } },
      )
    const result = merged(replica('a', 'http://a', 1), replica('b', 'http://b', 2))
    expect(text(result)).toContain('http://b')
    expect(result.diagnostics).toEqual([])
  })
})

describe('nothing refers to what is not there', () => {
  test('however long the chain, and each link says which one it misses', () => {
    const chain = (from: string, to: string): Fragment => ({
      http: { middlewares: { [from]: { chain: { middlewares: [to] } } } },
    })
    const result = merged(
      container('a', { one: chain('a', 'b') }),
      container('b', { one: chain('b', 'c') }),
      container('c', { one: chain('c', 'gone') }),
      container('d', { one: middleware('d', '/') }),
    )
    expect(pathsOf(result)).toEqual(['http.middlewares/d-2816'])
    expect(result.diagnostics.map(({ message }) => /"\w+".*"\w+"/.exec(message)?.[0])).toEqual([
      '"c" is left out: it refers to the middleware "gone"',
      '"b" is left out: it refers to the middleware "c"',
      '"a" is left out: it refers to the middleware "b"',
    ])
  })

  test('a circle leads nowhere', () => {
    const chain = (from: string, to: string): Fragment => ({
      http: { middlewares: { [from]: { chain: { middlewares: [to] } } } },
    })
    const result = merged(container('a', { one: chain('a', 'b'), two: chain('b', 'a') }))
    expect(pathsOf(result)).toEqual([])
    expect(saidOf(result)).toEqual(expect.arrayContaining(['REFERENCES_ENDLESS a']))
  })

  test('ten thousand links are soon followed', () => {
    const linksFrom = (first: number): Fragment => ({
      http: {
        middlewares: Object.fromEntries(
          Array.from({ length: 1_000 }, (_, i) => [`m${first + i}`, { chain: { middlewares: [`m${first + i + 1}`] } }]),
        ),
      },
    })
    const containers = Array.from({ length: 10 }, (_, i) => container(`c${i}`, { one: linksFrom(1_000 * i) }))
    expect(merged(...containers).diagnostics).toHaveLength(10_000)
  })
})

/** Few names and few values, so that they meet. */
const names = fc.constantFrom('a', 'b', 'web')
const fragments: fc.Arbitrary<Fragment> = fc.record(
  {
    http: fc.record(
      {
        routers: fc.dictionary(
          names,
          fc.record({
            rule: fc.constantFrom('Host(`a`)', 'Host(`b`)'),
            service: names,
            middlewares: fc.subarray(['a', 'b']),
          }),
          { minKeys: 1, maxKeys: 2, noNullPrototype: true },
        ),
        services: fc.dictionary(
          names,
          fc.record({
            loadBalancer: fc.record({
              servers: fc.array(fc.record({ url: fc.constantFrom('http://a', 'http://b', 'http://c') }), {
                maxLength: 2,
              }),
              passHostHeader: fc.boolean(),
            }),
          }),
          { minKeys: 1, maxKeys: 2, noNullPrototype: true },
        ),
        middlewares: fc.dictionary(
          names,
          fc.oneof(
            fc.record({ chain: fc.record({ middlewares: fc.subarray(['a', 'b', 'web']) }) }),
            fc.constant({ compress: {} }),
          ),
          { minKeys: 1, maxKeys: 2, noNullPrototype: true },
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
)

const containers: fc.Arbitrary<readonly Container[]> = fc
  .array(
    fc.record({
      fragments: fc.record(
        { one: fragments, two: fragments, last: fragments },
        { requiredKeys: [], noNullPrototype: true },
      ),
      created: fc.integer({ min: 1, max: 3 }),
      serviceName: fc.constantFrom('web', 'we_b', 'we-b', 'db'),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map(({ fragments, created, serviceName }, i) =>
      container(`c${i}`, fragments, { created, labels: { 'rediacc.service_name': serviceName } }),
    ),
  )

const say = ({ code, origin, message }: Diagnostic): string => `${code} ${origin.containerId ?? ''} ${message}`

describe('merging is', () => {
  test('commutative: any order, the same text and the same diagnostics', () => {
    fc.assert(
      fc.property(
        containers.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
        ),
        ([list, shuffled]) => {
          const [a, b] = [merged(...list), merged(...shuffled)]
          expect(text(b)).toBe(text(a))
          expect(b.diagnostics.map(say).sort()).toEqual(a.diagnostics.map(say).sort())
        },
      ),
      { numRuns: 100 },
    )
  })

  test('idempotent: twice is once', () => {
    fc.assert(
      fc.property(containers, (list) => {
        const once = contributionsOf(...list)
        expect(text(merge([...once, ...once]))).toBe(text(merge(once)))
      }),
    )
  })

  test('attributed: every part says who it is from, and whoever offered something else is told why it is not there', () => {
    fc.assert(
      fc.property(containers, (list) => {
        const { entries, diagnostics } = merged(...list)
        for (const { origin, entries: offered } of contributionsOf(...list)) {
          const named = offered.every(({ path }) =>
            entries
              .get(path)
              ?.origins.some(
                ({ plugin, containerId }) => plugin === origin.plugin && containerId === origin.containerId,
              ),
          )
          const told = diagnostics.some(({ origin: { containerId } }) => containerId === origin.containerId)
          expect(named || told).toBe(true)
        }
        for (const { origins } of entries.values()) expect(origins.length).toBeGreaterThan(0)
      }),
    )
  })

  test('closed: every reference is to something in it', () => {
    fc.assert(
      fc.property(containers, (list) => {
        const { entries } = merged(...list)
        for (const { references } of entries.values())
          for (const { path } of references) expect(entries.has(path)).toBe(true)
      }),
    )
  })
})
