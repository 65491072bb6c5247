import { describe, expect, test } from '@jest/globals'
import { decodeLabels } from './decode.ts'
import type { TraefikLabels } from './decode.ts'

/** `H.R.x.rule` for `traefik.http.routers.x.rule`, so that a row fits a line. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^H\b/, 'traefik.http'],
  [/^T\b/, 'traefik.tcp'],
  [/^U\b/, 'traefik.udp'],
  [/^(traefik\.\w+)\.R\./, '$1.routers.'],
  [/^(traefik\.\w+)\.S\./, '$1.services.'],
  [/^(traefik\.\w+)\.M\./, '$1.middlewares.'],
  [/\.lb\./, '.loadbalancer.'],
]
const long = (key: string): string => SHORT.reduce((text, [short, full]) => text.replace(short, full), key)

type Labels = Readonly<Record<string, string>>
const decode = (labels: Labels): TraefikLabels =>
  decodeLabels(Object.fromEntries(Object.entries(labels).map(([key, value]) => [long(key), value])))
const enabled = (labels: Labels): TraefikLabels => decode({ 'traefik.enable': 'true', ...labels })

const costsOf = ({ mistakes }: TraefikLabels): (string | undefined)[] => [
  ...new Set(mistakes.map(({ costs }) => costs)),
]

type Row = readonly [what: string, labels: Labels, expected: unknown]

const http = (labels: Labels): unknown => enabled(labels).configuration.http
const router = (labels: Labels): unknown => enabled(labels).configuration.http?.routers?.['x']
const middleware = (labels: Labels): unknown => enabled(labels).configuration.http?.middlewares?.['m']
const balancer = (labels: Labels): unknown => enabled(labels).configuration.http?.services?.['s']?.loadBalancer

describe('routers', () => {
  test.each<Row>([
    ['any case', { 'traefik.HTTP.Routers.x.RULE': 'A' }, { rule: 'A' }],
    ['index on a comma list', { 'H.R.x.entrypoints[0]': 'web' }, {}],
    ['comma list', { 'H.R.x.entrypoints': ' web , tls,' }, { entryPoints: ['web', 'tls', ''] }],
    ['empty list', { 'H.R.x.entrypoints': '' }, {}],
    ['sign', { 'H.R.x.priority': '+7' }, { priority: 7 }],
    ['minus', { 'H.R.x.priority': '-7' }, { priority: -7 }],
    ['beyond doubles', { 'H.R.x.priority': '9007199254740993' }, { priority: 9007199254740993n }],
    ['tls=1', { 'H.R.x.tls': '1' }, {}],
    ['tls=', { 'H.R.x.tls': '' }, { tls: {} }],
    ['tls=TRUE', { 'H.R.x.tls': 'TRUE' }, { tls: {} }],
    ['tls=false with a resolver', { 'H.R.x.tls': 'false', 'H.R.x.tls.certresolver': 'le' }, {}],
    ['only a resolver', { 'H.R.x.tls.certresolver': 'le' }, { tls: { certResolver: 'le' } }],
    [
      'domains in the order of their keys',
      {
        'H.R.x.tls.domains[0].main': 'a',
        'H.R.x.tls.domains[1].main': 'b',
        'H.R.x.tls.domains[2].main': 'c',
        'H.R.x.tls.domains[10].main': 'k',
        'H.R.x.tls.domains[0].sans': 'd,e',
      },
      { tls: { domains: [{ main: 'a', sans: ['d', 'e'] }, { main: 'k' }, { main: 'b' }, { main: 'c' }] } },
    ],
    ['domain without an index', { 'H.R.x.tls.domains.main': 'a' }, { tls: { domains: [{}] } }],
    ['domains with a value', { 'H.R.x.tls': 'true', 'H.R.x.tls.domains': 'a' }, { tls: {} }],
    ['nothing but its name', { 'H.R.x': 'anything' }, {}],
    ['ignored field', { 'H.R.x.rule': 'A', 'H.R.x.parentrefs': 'y' }, { rule: 'A' }],
    [
      'only an internal field',
      { 'H.R.x.observability.metadata.a': 'y' },
      { observability: { traceVerbosity: 'minimal' } },
    ],
    ['blank rule', { 'H.R.x.rule': ' ' }, { rule: ' ' }],
  ])('%s', (_, labels, expected) => {
    expect(router(labels)).toEqual(expected)
  })

  test('spellings by case are one router, under the first of them, with the last value', () => {
    expect(http({ 'H.R.web.rule': 'B', 'H.R.Web.rule': 'A', 'H.R.WEB.service': 's' })).toEqual({
      routers: { WEB: { service: 's', rule: 'B' } },
    })
  })

  test('names and references keep their case', () => {
    expect(http({ 'H.R.x.middlewares': 'Auth', 'H.M.auth.compress': 'true' })).toEqual({
      routers: { x: { middlewares: ['Auth'] } },
      middlewares: { auth: { compress: {} } },
    })
  })

  test('brackets within a name belong to it', () => {
    expect(http({ 'H.R.a[b]c.rule': 'A' })).toEqual({ routers: { 'a[b]c': { rule: 'A' } } })
  })

  test('names of JavaScript are names like any other', () => {
    const routers = enabled({ 'H.R.__proto__.rule': 'A', 'H.R.constructor.rule': 'B' }).configuration.http?.routers
    expect(Object.entries(routers ?? {})).toEqual([
      ['__proto__', { rule: 'A' }],
      ['constructor', { rule: 'B' }],
    ])
    expect(({} as Record<string, unknown>)['rule']).toBeUndefined()
  })
})

describe('middlewares', () => {
  test.each<Row>([
    [
      'header name with a dot',
      { 'H.M.m.headers.customrequestheaders.X-A.B': 'v' },
      { headers: { customRequestHeaders: { 'X-A.B': 'v' } } },
    ],
    [
      'header whose value stands beside a longer name',
      { 'H.M.m.headers.customrequestheaders.X-A': 'v', 'H.M.m.headers.customrequestheaders.X-A.B': 'w' },
      { headers: { customRequestHeaders: { 'X-A.B': 'w' } } },
    ],
    [
      'header with an index',
      { 'H.M.m.headers.customrequestheaders.X[0]': 'v' },
      { headers: { customRequestHeaders: { 'X.[0]': 'v' } } },
    ],
    [
      'status rewrite with something below',
      { 'H.M.m.errors.statusrewrites.418': '404', 'H.M.m.errors.statusrewrites.418.x': 'y' },
      { errors: { statusRewrites: { '418': 404 } } },
    ],
    [
      'header with a comma',
      { 'H.M.m.headers.customresponseheaders.X-B': 'v1, v2' },
      { headers: { customResponseHeaders: { 'X-B': 'v1, v2' } } },
    ],
    [
      'header removed',
      { 'H.M.m.headers.customrequestheaders.X-B': '' },
      { headers: { customRequestHeaders: { 'X-B': '' } } },
    ],
    ['compress=false', { 'H.M.m.compress': 'false' }, {}],
    ['users with an index', { 'H.M.m.basicauth.users[0]': 'u:h' }, { basicAuth: { users: [] } }],
    ['users', { 'H.M.m.basicauth.users': 'u:{SHA}x,y:z' }, { basicAuth: { users: ['u:{SHA}x', 'y:z'] } }],
    ['a chain of nothing', { 'H.M.m.chain.middlewares': '' }, { chain: { middlewares: [] } }],
    ['ipstrategy=true', { 'H.M.m.ipallowlist.ipstrategy': 'true' }, { ipAllowList: { ipStrategy: {} } }],
    ['only what labels say', { 'H.M.m.ratelimit.average': '10' }, { rateLimit: { average: 10 } }],
    ['zero where there is a default', { 'H.M.m.ratelimit.period': '0' }, { rateLimit: { period: '0s' } }],
    ['status rewrites', { 'H.M.m.errors.statusrewrites.418': '404' }, { errors: { statusRewrites: { '418': 404 } } }],
    ['false', { 'H.M.m.passtlsclientcert.pem': 'false' }, { passTLSClientCert: { pem: false } }],
    ['only an internal field', { 'H.M.m.redirectregex.statuscode': '1' }, { redirectRegex: { regex: '' } }],
    ['an internal type', { 'H.M.m.urlrewrite.hostname': 'z' }, {}],
    [
      'options of a plugin',
      {
        'H.M.m.plugin.dev.n': '1',
        'H.M.m.plugin.dev.l': 'a,b',
        'H.M.m.plugin.dev.arr[0]': 'p',
        'H.M.m.plugin.dev.arr[1]': 'q',
        'H.M.m.plugin.dev.o.K': 'v',
        'H.M.m.plugin.dev.list[0].k': 'v',
      },
      { plugin: { dev: { n: '1', l: 'a,b', arr: ['p', 'q'], o: { K: 'v' }, list: [{ k: 'v' }] } } },
    ],
    ['a plugin without options', { 'H.M.m.plugin.dev': 'x' }, { plugin: { dev: {} } }],
    [
      'the level that Traefik loses, once, when it reads the document',
      { 'H.M.m.plugin.dev.a.a': 'x', 'H.M.m.plugin.dev.a.b': 'y' },
      { plugin: { dev: { a: { a: 'x', b: 'y' } } } },
    ],
  ])('%s', (_, labels, expected) => {
    expect(middleware(labels)).toEqual(expected)
  })
})

describe('services', () => {
  test.each<Row>([
    ['one server', { 'H.S.s.lb.server.port': '80' }, { servers: [{ port: '80' }] }],
    ['health check', { 'H.S.s.lb.healthcheck.path': '/h' }, { healthCheck: { path: '/h' } }],
    ['seconds', { 'H.S.s.lb.healthcheck.interval': '15' }, { healthCheck: { interval: '15s' } }],
    ['false', { 'H.S.s.lb.passhostheader': 'F' }, { passHostHeader: false }],
    ['sticky without a cookie', { 'H.S.s.lb.sticky': 'true' }, { sticky: {} }],
    ['a cookie', { 'H.S.s.lb.sticky.cookie': 'true' }, { sticky: { cookie: {} } }],
    [
      'a cookie switched off',
      { 'H.S.s.lb.sticky.cookie': 'false', 'H.S.s.lb.sticky.cookie.name': 'c' },
      { sticky: {} },
    ],
    ['empty text', { 'H.S.s.lb.serverstransport': '' }, { serversTransport: '' }],
  ])('%s', (_, labels, expected) => {
    expect(balancer(labels)).toEqual(expected)
  })

  test('what only Traefik itself says is ignored with a word', () => {
    const labels = enabled({ 'T.models.m.defaultrulesyntax': 'v3', 'T.R.t.rule': 'A' })
    expect(labels.configuration).toEqual({ tcp: { routers: { t: { rule: 'A' } } } })
    expect(labels.mistakes).toMatchObject([{ label: 'traefik.tcp.models.m.defaultrulesyntax', ignored: true }])
  })

  test('what only a file can say is ignored with a word', () => {
    const labels = enabled({
      'H.S.w.weighted.services[0].name': 'a',
      'H.S.w.weighted.services[0].weight': 'notanint',
      'H.serversTransports.t.insecureskipverify': 'perhaps',
      'T.S.t.lb.server.address': '1.2.3.4:5',
    })
    expect(labels.configuration).toEqual({
      http: { services: { w: {} } },
      tcp: { services: { t: { loadBalancer: { servers: [{}] } } } },
    })
    expect(labels.mistakes.map(({ label, ignored, costs }) => [label, ignored, costs])).toEqual([
      ['traefik.http.serversTransports.t.insecureskipverify', true, undefined],
      ['traefik.http.services.w.weighted.services[0].name', true, undefined],
      ['traefik.tcp.services.t.loadbalancer.server.address', true, undefined],
    ])
  })
})

describe('a mistake costs its entry, and nothing beside it', () => {
  test.each<readonly [label: string, value: string, entry: string]>([
    ['H.R.x.priority', '', 'http.routers.x'],
    ['H.R.x.priority', 'high', 'http.routers.x'],
    ['H.R.x.priority', ' 5', 'http.routers.x'],
    ['H.R.x.priority', '0x10', 'http.routers.x'],
    ['H.R.x.prio', '5', 'http.routers.x'],
    ['H.R.x.rule.extra', '1', 'http.routers.x'],
    ['H.R.x.', '1', 'http.routers.x'],
    ['H.R.x..rule', '1', 'http.routers.x'],
    ['H.R.a[b].rule', 'A', 'http.routers.a'],
    ['H.R.x.entrypoints[0].y', 'A', 'http.routers.x'],
    ['H.M.m.headers.customrequestheaders', 'X:1', 'http.middlewares.m'],
    ['H.M.m.basicauth', 'true', 'http.middlewares.m'],
    ['H.M.m.ratelimit.sourcecriterion.ipstrategy', 'true', 'http.middlewares.m'],
    ['H.M.m.ipallowlist.rejectstatuscode', '', 'http.middlewares.m'],
    ['H.M.m.errors.statusrewrites.418', 'x', 'http.middlewares.m'],
    ['H.M.m.plugin', 'x', 'http.middlewares.m'],
    ['H.S.s.lb', 'x', 'http.services.s'],
    ['H.S.s.lb.healthcheck', 'true', 'http.services.s'],
    ['H.S.s.lb.healthcheck.interval', '1.5', 'http.services.s'],
    ['H.S.s.lb.healthcheck.interval', '', 'http.services.s'],
    ['H.S.s.lb.passhostheader', 'no', 'http.services.s'],
    ['H.S.s.lb.servers[0].url', 'http://x', 'http.services.s'],
    ['H.S.s.lb.server', '80', 'http.services.s'],
    ['H.S.s.lb.server[0].port', '80', 'http.services.s'],
    ['H.S.s.weighted.foo', 'x', 'http.services.s'],
    ['H.S.s.weighted.sticky', 'true', 'http.services.s'],
    ['H.S.s.weighted.services[0].name.x', 'true', 'http.services.s'],
    ['U.R.u.rule', 'x', 'udp.routers.u'],
    ['T.R.t.tls.domains[0].name', 'x', 'tcp.routers.t'],
    ['T.R.t.tls.resolvedoptions', 'x', 'tcp.routers.t'],
  ])('%s=%s', (label, value, entry) => {
    const labels = enabled({ [label]: value, 'H.R.ok.rule': 'A', 'T.M.ok.inflightconn.amount': '1' })
    expect(costsOf(labels)).toEqual([entry])
    const [part = '', kind = '', name = ''] = entry.split('.')
    expect([...labels.broken]).toEqual([[`${part}.${kind}`, [name]]])
    expect(labels.configuration).toEqual({
      http: { routers: { ok: { rule: 'A' } } },
      tcp: { middlewares: { ok: { inFlightConn: { amount: 1 } } } },
    })
  })

  test('unknown names count below what is switched off, too', () => {
    const labels = enabled({ 'H.R.x.tls': 'false', 'H.R.x.tls.foo': '1' })
    expect(costsOf(labels)).toContain('http.routers.x')
    expect(costsOf(enabled({ 'H.R.x.tls': 'false', 'H.R.x.tls.certresolver.foo': '1' }))).toContain('http.routers.x')
  })

  test('every mistake of a container is said, not only the first', () => {
    expect(enabled({ 'H.R.x.prio': '1', 'H.R.x.tls.domain[0].main': 'a', 'H.R.y.rulse': 'A' }).mistakes).toMatchObject([
      { label: 'traefik.http.routers.x.prio' },
      { label: 'traefik.http.routers.x.tls.domain[0].main', suggestion: 'traefik.http.routers.x.tls.domains[0].main' },
      { label: 'traefik.http.routers.y.rulse', suggestion: 'traefik.http.routers.y.rule' },
    ])
  })
})

describe('a mistake outside any entry costs the protocol', () => {
  test.each<readonly [label: string, suggestion: string | undefined]>([
    ['traefik.http', undefined],
    ['H.routers', undefined],
    ['H.router.x.rule', 'traefik.http.routers.x.rule'],
    ['H.midlewares.m.compress', 'traefik.http.middlewares.m.compress'],
    ['H.R..rule', undefined],
    ['H.R.oops].rule', undefined],
    ['H.R.[x].rule', undefined],
    ['H.', undefined],
    ['H.serversTransports.t.foo', undefined],
    ['H.serversTransports.t..x', undefined],
  ])('%s', (label, suggestion) => {
    const labels = enabled({ [label]: 'A', 'T.S.ok.lb.server.port': '1' })
    expect(labels.state).toBe('enabled')
    expect([...labels.brokenProtocols]).toEqual(['http'])
    expect(labels.configuration).toEqual({ tcp: { services: { ok: { loadBalancer: { servers: [{ port: '1' }] } } } } })
    expect(labels.mistakes.filter(({ costs }) => costs === 'http')).toMatchObject([
      { label: long(label), ...(suggestion && { suggestion }) },
    ])
  })
})

describe('a mistake outside any protocol costs the container', () => {
  test.each<readonly [label: string, suggestion: string | undefined]>([
    ['Traefik.http.x', 'traefik.http.x'],
    ['TRAEFIK.enable', 'traefik.enable'],
    ['traefik.httpd.conf', 'traefik.http.conf'],
    ['traefik.tcp2.x', 'traefik.tcp.x'],
    ['traefik.udpate', undefined],
    ['traefik.enabled', 'traefik.enable'],
    ['traefik.enable.x', undefined],
    ['traefik.docker.foo', undefined],
    ['traefik.docker.', undefined],
  ])('%s', (label, suggestion) => {
    const labels = enabled({ [label]: 'true', 'H.R.ok.rule': 'A' })
    expect(labels.state).toBe('refused')
    expect(labels.configuration).toEqual({})
    const mistake = labels.mistakes.find((mistake) => mistake.costs === 'container')
    expect(mistake).toMatchObject({ label: long(label), ...(suggestion && { suggestion: long(suggestion) }) })
  })
})

describe('whether a container is meant', () => {
  test.each<readonly [what: string, labels: Labels, state: string]>([
    ['no labels', {}, 'none'],
    ['other labels', { 'traefik-x.enable': 'true', traefikhttp: '1', traefik: '1' }, 'none'],
    ['enable=true', { 'traefik.enable': 'true' }, 'enabled'],
    ['enable=1', { 'traefik.enable': '1' }, 'enabled'],
    ['Enable=T', { 'traefik.Enable': 'T' }, 'enabled'],
    ['enable=0', { 'traefik.enable': '0' }, 'disabled'],
    ['Enable=False', { 'traefik.Enable': 'False' }, 'disabled'],
    ['enable=yes', { 'traefik.enable': 'yes' }, 'refused'],
    ['enable empty', { 'traefik.enable': '' }, 'refused'],
    ['only routing labels', { 'H.R.x.rule': 'A' }, 'unasked'],
    ['of two spellings the last counts', { 'traefik.Enable': 'true', 'traefik.enable': 'false' }, 'disabled'],
    ['mistakes while disabled', { 'traefik.enable': 'false', 'traefik.httpd': '1', 'H.R.x.prio': '1' }, 'disabled'],
    ['own mistakes while disabled', { 'traefik.enable': 'false', 'traefik.docker.foo': '1' }, 'refused'],
    [
      'own labels',
      { 'traefik.enable': 'true', 'traefik.docker.lbswarm': 'true', 'traefik.docker.network': '' },
      'enabled',
    ],
  ])('%s', (_, labels, state) => {
    expect(decode(labels).state).toBe(state)
  })

  test('a container that is not meant keeps its mistakes to itself', () => {
    expect(decode({ 'H.R.x.prio': '1' }).mistakes).toEqual([])
    expect(decode({ 'traefik.enable': 'false', 'H.R.x.prio': '1' }).mistakes).toEqual([])
  })
})

describe('labels that Traefik does not select', () => {
  test.each<readonly [label: string, suggestion: string | undefined]>([
    ['traefik.foo', undefined],
    ['traefik.docker', undefined],
    ['traefik.dockerx.y', 'traefik.docker.y'],
    ['traefik.swarm.x', undefined],
    ['traefik.tls.options.o.minversion', undefined],
    ['traefik.tls.stores.other.defaultgeneratedcert.resolver', undefined],
    ['traefik.', undefined],
  ])('%s is ignored with a word', (label, suggestion) => {
    const { state, mistakes, configuration } = enabled({ [label]: '1', 'H.R.x.rule': 'A' })
    expect([state, configuration]).toEqual(['enabled', { http: { routers: { x: { rule: 'A' } } } }])
    expect(mistakes).toEqual([
      { label, reason: 'Traefik reads no such label', ignored: true, ...(suggestion && { suggestion }) },
    ])
  })

  test('of TLS it selects the default store, and whatever begins like it', () => {
    expect(
      enabled({
        'traefik.tls.stores.default.defaultgeneratedcert.resolver': 'le',
        'traefik.tls.stores.default2.defaultgeneratedcert.domain.main': 'a',
      }).configuration,
    ).toEqual({
      tls: {
        stores: {
          default: { defaultGeneratedCert: { resolver: 'le' } },
          default2: { defaultGeneratedCert: { domain: { main: 'a' } } },
        },
      },
    })
  })
})

test('hostile labels take no more than their length', () => {
  const labels: Record<string, string> = {
    'traefik.enable': 'true',
    [`traefik.http.routers.${'x'.repeat(40_000)}.rule`]: 'A',
    [`traefik.http.middlewares.m.plugin.p${'.a'.repeat(5_000)}`]: 'deep',
    [`traefik.http.routers${'[0]'.repeat(5_000)}`]: 'A',
    'traefik.http.routers.x.priority': `${'0'.repeat(300_000)}x`,
    'traefik.http.routers.x.entrypoints': `a${' '.repeat(300_000)}b`,
    'traefik.http.services.s.loadbalancer.healthcheck.interval': '1'.repeat(300_000),
    'traefik.http.routers.\ud800.rule': '\udfff',
  }
  for (let i = 0; i < 10_000; i++) labels[`traefik.tcp.services.s${i}.loadbalancer.server.port`] = String(i)
  const { state, configuration } = decodeLabels(labels)
  expect(state).toBe('enabled')
  expect(Object.keys(configuration.tcp?.services ?? {})).toHaveLength(10_000)
})
