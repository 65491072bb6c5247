import { describe, expect, test } from '@jest/globals'
import { traefik1Of } from './traefik1.ts'
import type { Traefik1 } from './traefik1.ts'

type Labels = Readonly<Record<string, string>>

const HASH = 'admin:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/'
const DIGEST = 'test:traefik:a2688e031edb4be6a3797f3882655c05'

/** The labels without `traefik.`, and the translation without `traefik.http.`. */
const translated = (labels: Labels): Traefik1 | undefined =>
  traefik1Of(Object.fromEntries(Object.entries(labels).map(([key, value]) => [`traefik.${key}`, value])), 'web')
const written = (labels: Labels): readonly string[] =>
  (translated({ enable: 'true', ...labels })?.translation ?? []).map((line) => line.replace(/^traefik\.http\./, ''))
const reasons = (labels: Labels): Labels =>
  Object.fromEntries((translated(labels)?.untranslated ?? []).map(({ label, reason }) => [label.slice(8), reason]))

type Row = readonly [what: string, labels: Labels, expected: readonly string[]]

describe('what a label becomes', () => {
  test.each<Row>([
    ['a port', { port: '8080' }, ['services.web.loadbalancer.server.port=8080']],
    ['a rule', { 'frontend.rule': 'Host:web.example.org' }, ['routers.web.rule=Host(`web.example.org`)']],
    [
      'a rule that changes requests',
      { 'frontend.rule': 'Host:a.org;PathPrefixStrip:/x;AddPrefix:/y' },
      [
        'routers.web.rule=Host(`a.org`) && PathPrefix(`/x`)',
        'routers.web.middlewares=web-stripprefix,web-addprefix',
        'middlewares.web-stripprefix.stripprefix.prefixes=/x',
        'middlewares.web-addprefix.addprefix.prefix=/y',
      ],
    ],
    [
      'a rule whose backslashes are doubled',
      { 'frontend.rule': 'HostRegexp:{sub:[a-z\\\\.]+}.a.org' },
      ['routers.web.rule=HostRegexp(`^[a-z\\.]+\\.a\\.org$`)'],
    ],
    ['a domain', { domain: 'a.org' }, ['routers.web.rule=Host(`web.a.org`)']],
    [
      'letter case',
      { 'FRONTEND.RULE': 'Host:a.org', 'Backend.LoadBalancer.Method': 'WRR' },
      ['routers.web.rule=Host(`a.org`)', 'services.web.loadbalancer.strategy=wrr'],
    ],
    [
      'entry points and priority',
      { 'frontend.entryPoints': 'http, https,other', 'frontend.priority': '10' },
      ['routers.web.entrypoints=web,websecure,other', 'routers.web.priority=10'],
    ],
    [
      'a server',
      { port: '443', protocol: 'https', weight: '3', 'frontend.passHostHeader': 'false' },
      [
        'services.web.loadbalancer.passhostheader=false',
        'services.web.loadbalancer.server.port=443',
        'services.web.loadbalancer.server.scheme=https',
        'services.web.loadbalancer.server.weight=3',
      ],
    ],
    ['a backend', { backend: 'my.shop' }, ['services.my-shop.loadbalancer.passhostheader=true']],
    ...['frontend.auth.basic', 'frontend.auth.basic.users'].map((label): Row => [
      label,
      { [label]: `${HASH}, `, 'frontend.auth.headerField': 'X-User' },
      [
        'routers.web.middlewares=web-auth',
        `middlewares.web-auth.basicauth.users=${HASH}`,
        'middlewares.web-auth.basicauth.headerfield=X-User',
      ],
    ]),
    [
      'digest',
      { 'frontend.auth.digest.users': DIGEST, 'frontend.auth.digest.removeHeader': 'true' },
      [
        'routers.web.middlewares=web-auth',
        'middlewares.web-auth.digestauth.removeheader=true',
        `middlewares.web-auth.digestauth.users=${DIGEST}`,
      ],
    ],
    [
      'an authentication server',
      {
        'frontend.auth.forward.address': 'https://auth.a.org',
        'frontend.auth.forward.authResponseHeaders': 'X-A,X-B',
        'frontend.auth.forward.tls.insecureSkipVerify': 'true',
        'frontend.auth.forward.trustForwardHeader': 'true',
      },
      [
        'routers.web.middlewares=web-auth',
        'middlewares.web-auth.forwardauth.address=https://auth.a.org',
        'middlewares.web-auth.forwardauth.authresponseheaders=X-A,X-B',
        'middlewares.web-auth.forwardauth.tls.insecureskipverify=true',
        'middlewares.web-auth.forwardauth.trustforwardheader=true',
      ],
    ],
    [
      'addresses',
      { 'frontend.whiteList.sourceRange': '10.0.0.0/8, 127.0.0.1', 'frontend.whiteList.useXForwardedFor': 'true' },
      [
        'routers.web.middlewares=web-allowlist',
        'middlewares.web-allowlist.ipallowlist.sourcerange=10.0.0.0/8,127.0.0.1',
        'middlewares.web-allowlist.ipallowlist.ipstrategy.depth=1',
      ],
    ],
    [
      'addresses, as they were once spelled',
      { 'frontend.whitelistSourceRange': '10.0.0.0/8' },
      ['routers.web.middlewares=web-allowlist', 'middlewares.web-allowlist.ipallowlist.sourcerange=10.0.0.0/8'],
    ],
    [
      'a redirection to an entry point',
      { 'frontend.redirect.entryPoint': 'https', 'frontend.redirect.permanent': 'true' },
      [
        'routers.web.middlewares=web-redirect',
        'middlewares.web-redirect.redirectscheme.scheme=https',
        'middlewares.web-redirect.redirectscheme.permanent=true',
      ],
    ],
    [
      'a redirection by pattern',
      {
        'frontend.redirect.regex': '^https?://www\\\\.a\\\\.org/(.*)',
        'frontend.redirect.replacement': 'https://a.org/${1}',
        'frontend.redirect.permanent': 'true',
      },
      [
        'routers.web.middlewares=web-redirect',
        'middlewares.web-redirect.redirectregex.permanent=true',
        'middlewares.web-redirect.redirectregex.regex=^https?://www\\.a\\.org/(.*)',
        'middlewares.web-redirect.redirectregex.replacement=https://a.org/${1}',
      ],
    ],
    [
      'forced HTTPS',
      { 'frontend.headers.SSLRedirect': 'true', 'frontend.headers.SSLTemporaryRedirect': 'true' },
      [
        'routers.web.middlewares=web-https',
        'middlewares.web-https.redirectscheme.scheme=https',
        'middlewares.web-https.redirectscheme.permanent=false',
      ],
    ],
    [
      'forced HTTPS of one host',
      { 'frontend.headers.SSLRedirect': 'true', 'frontend.headers.SSLHost': 'a.org' },
      [
        'routers.web.middlewares=web-https',
        'middlewares.web-https.redirectregex.regex=^http://[^/]+/(.*)',
        'middlewares.web-https.redirectregex.replacement=https://a.org/${1}',
        'middlewares.web-https.redirectregex.permanent=true',
      ],
    ],
    [
      'headers',
      {
        'frontend.headers.customRequestHeaders': 'X-A:b||X-C: d:e ||x-a:f',
        'frontend.headers.STSSeconds': '60',
        'frontend.headers.frameDeny': 'true',
      },
      [
        'routers.web.middlewares=web-headers',
        'middlewares.web-headers.headers.stsseconds=60',
        'middlewares.web-headers.headers.customrequestheaders.x-a=f',
        'middlewares.web-headers.headers.customrequestheaders.X-C=d:e',
        'middlewares.web-headers.headers.framedeny=true',
      ],
    ],
    [
      'a client certificate',
      { 'frontend.passTLSClientCert.pem': 'true', 'frontend.passTLSClientCert.infos.subject.commonName': 'true' },
      [
        'routers.web.middlewares=web-clientcert',
        'middlewares.web-clientcert.passtlsclientcert.info.subject.commonname=true',
        'middlewares.web-clientcert.passtlsclientcert.pem=true',
      ],
    ],
    [
      'one rate',
      {
        'frontend.rateLimit.extractorFunc': 'request.header.X-Key',
        'frontend.rateLimit.rateSet.r.average': '10',
        'frontend.rateLimit.rateSet.r.period': '6',
      },
      [
        'routers.web.middlewares=web-ratelimit',
        'middlewares.web-ratelimit.ratelimit.sourcecriterion.requestheadername=X-Key',
        'middlewares.web-ratelimit.ratelimit.average=10',
        'middlewares.web-ratelimit.ratelimit.period=6s',
      ],
    ],
    [
      'two rates',
      { 'frontend.rateLimit.rateSet.r.average': '10', 'frontend.rateLimit.rateSet.s.average': '20' },
      [
        'routers.web.middlewares=web-ratelimit-r,web-ratelimit-s',
        'middlewares.web-ratelimit-r.ratelimit.average=10',
        'middlewares.web-ratelimit-s.ratelimit.average=20',
      ],
    ],
    [
      'an error page',
      {
        'frontend.errors.e.backend': 'errors',
        'frontend.errors.e.query': '/{status}.html',
        'frontend.errors.e.status': '404,500-599',
      },
      [
        'routers.web.middlewares=web-errors',
        'middlewares.web-errors.errors.service=errors',
        'middlewares.web-errors.errors.query=/{status}.html',
        'middlewares.web-errors.errors.status=404,500-599',
      ],
    ],
    [
      'what was said of the backend',
      {
        'backend.circuitbreaker.expression': 'NetworkErrorRatio() > 0.5',
        'backend.buffering.maxRequestBodyBytes': '10',
        'backend.maxconn.amount': '5',
        'backend.maxconn.extractorfunc': 'request.host',
        'backend.healthcheck.path': '/h',
        'backend.healthcheck.interval': '5s',
        'backend.loadbalancer.stickiness': 'true',
        'backend.loadbalancer.stickiness.cookieName': 'c',
        'backend.responseForwarding.flushInterval': '10ms',
      },
      [
        'routers.web.middlewares=web-breaker,web-buffering,web-inflight',
        'middlewares.web-breaker.circuitbreaker.expression=NetworkErrorRatio() > 0.5',
        'middlewares.web-buffering.buffering.maxrequestbodybytes=10',
        'middlewares.web-inflight.inflightreq.amount=5',
        'middlewares.web-inflight.inflightreq.sourcecriterion.requesthost=true',
        'services.web.loadbalancer.healthcheck.interval=5s',
        'services.web.loadbalancer.healthcheck.path=/h',
        'services.web.loadbalancer.sticky.cookie=true',
        'services.web.loadbalancer.sticky.cookie.name=c',
        'services.web.loadbalancer.responseforwarding.flushinterval=10ms',
      ],
    ],
  ])('%s', (_, labels, expected) => {
    expect(written(labels)).toEqual(expected)
    expect(reasons(labels)).toEqual({})
  })
})

describe('what nobody can say', () => {
  test.each<readonly [labels: Labels, written: readonly string[], reasons: Readonly<Record<string, unknown>>]>([
    [{ tags: 'a' }, [], { tags: 'nothing is chosen by tags here; leave it out' }],
    [{ port: 'http' }, [], { port: '"http" is no port' }],
    [
      { 'frontend.rule': 'Hots:a.org' },
      ['routers.web.rule=Hots:a.org'],
      { 'frontend.rule': 'nobody can say this rule in Traefik 3' },
    ],
    [
      { 'frontend.auth.basic.users': '' },
      ['routers.web.middlewares=web-auth'],
      {
        'frontend.auth.basic.users': "it is empty. Write it yourself: the router names it, and isn't served without",
      },
    ],
    [
      { 'frontend.auth.basic.user': HASH },
      ['routers.web.middlewares=web-auth'],
      {
        'frontend.auth.basic.user':
          "Traefik 1 knew no such label; it may have meant traefik.frontend.auth.basic.users. Write it yourself: the router names it, and isn't served without",
      },
    ],
    [
      { 'frontend.whiteList.sourceRange': 'office' },
      ['routers.web.middlewares=web-allowlist'],
      {
        'frontend.whiteList.sourceRange': expect.stringMatching(
          /refuse it: ipAllowList.sourceRange\[0\].*isn't served/,
        ),
      },
    ],
    [
      { 'frontend.rateLimit.extractorFunc': 'client.ip', 'frontend.rateLimit.rateSet.r.burst': '3' },
      ['routers.web.middlewares=web-ratelimit'],
      {
        'frontend.rateLimit.extractorFunc': expect.stringContaining('nothing would be limited'),
        'frontend.rateLimit.rateSet.r.burst': expect.stringContaining('nothing would be limited'),
      },
    ],
    [
      { 'frontend.headers.frameDeny': 'false' },
      [],
      { 'frontend.headers.frameDeny': 'it is off without a label; leave it out' },
    ],
    [
      { 'frontend.auth.basic.users': HASH, 'frontend.auth.digest.users': DIGEST },
      ['routers.web.middlewares=web-auth', `middlewares.web-auth.basicauth.users=${HASH}`],
      { 'frontend.auth.digest.users': 'Traefik 1 took frontend.auth.basic in its place' },
    ],
    [
      { 'backend.loadbalancer.method': 'drr' },
      [],
      { 'backend.loadbalancer.method': expect.stringContaining('no drr') },
    ],
    [
      { 'frontend.redirect.entryPoint': 'secure' },
      ['routers.web.middlewares=web-redirect'],
      { 'frontend.redirect.entryPoint': expect.stringContaining('write redirectscheme.scheme') },
    ],
    [{ frobnicate: '1', 'frontend.frobnicate': '1' }, [], { 'frontend.frobnicate': 'Traefik 1 knew no such label' }],
  ])('%j', (labels, lines, expected) => {
    expect(written(labels)).toEqual(lines)
    expect(reasons(labels)).toEqual(expected)
  })
})

describe('segments', () => {
  test('are a router and a service each, and share what is said for all', () => {
    expect(
      written({
        'frontend.auth.basic.users': HASH,
        'frontend.rule': 'Host:a.org',
        'admin.port': '81',
        'admin.frontend.rule': 'Host:admin.a.org',
        'admin.frontend.whiteList.sourceRange': '10.0.0.0/8',
        'api.v1.frontend.priority': '5',
        'api.v1.frontend.entryPoints': 'https',
      }),
    ).toEqual([
      'routers.admin.rule=Host(`admin.a.org`)',
      'routers.admin.middlewares=admin-allowlist,web-auth',
      'routers.admin.service=admin',
      'routers.api-v1.rule=Host(`a.org`)',
      'routers.api-v1.entrypoints=websecure',
      'routers.api-v1.priority=5',
      'routers.api-v1.middlewares=web-auth',
      'routers.api-v1.service=api-v1',
      'middlewares.admin-allowlist.ipallowlist.sourcerange=10.0.0.0/8',
      `middlewares.web-auth.basicauth.users=${HASH}`,
      'services.admin.loadbalancer.server.port=81',
      'services.api-v1.loadbalancer.passhostheader=true',
    ])
  })

  test('called alike have names of their own', () => {
    expect(
      written({ 'a-b.port': '1', 'a.b.frontend.priority': '2' }).filter((line) => line.includes('.service=')),
    ).toEqual(['routers.a-b.service=a-b', 'routers.a-b-2.service=a-b-2'])
  })

  test('beyond the limit are left out with a word', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`s${i}.port`, '80']))
    expect(written(many).filter((line) => line.endsWith('server.port=80'))).toHaveLength(20)
    expect(Object.keys(reasons(many))).toHaveLength(10)
  })
})

test.each<readonly [label: string, protects: boolean]>([
  ['port', false],
  ['frontend.rule', false],
  ['frontend.headers.frameDeny', false],
  ['frontend.auth.basic', true],
  ['s.frontend.auth.forward.address', true],
  ['frontend.whitelistSourceRange', true],
  ['frontend.rateLimit.rateSet.x.average', true],
  ['frontend.passTLSClientCert.pem', true],
  ['frontend.passTLSCert', true],
  ['frontend.redirect.entryPoint', true],
  ['frontend.headers.SSLRedirect', true],
  ['frontend.atuh.basic', true],
  ['frontend.anything', true],
])('%s protects: %s', (label, protects) => {
  expect(translated({ [label]: 'true' })?.protects).toBe(protects)
})

test('names of compose are taken where Traefik 1 took them', () => {
  const compose = { 'com.docker.compose.project': 'my_shop', 'com.docker.compose.service': 'front' }
  expect(
    traefik1Of(
      {
        ...compose,
        'traefik.domain': 'a.org',
        'traefik.frontend.errors.e.backend': 'pages-my_shop',
        'traefik.frontend.errors.e.status': '404',
      },
      'front',
    )?.translation,
  ).toEqual([
    'traefik.enable=true',
    'traefik.http.routers.front.rule=Host(`front.my-shop.a.org`)',
    'traefik.http.routers.front.middlewares=front-errors',
    'traefik.http.middlewares.front-errors.errors.service=pages',
    'traefik.http.middlewares.front-errors.errors.status=404',
  ])
})

test('the regular expressions of all segments together have one budget', () => {
  const segments = Array.from({ length: 15 }, (_, i) => [
    [`traefik.s${i}.frontend.rule`, `Host:s${i}.example.org;PathPrefix:/{a:.{1000}}`],
    [`traefik.s${i}.port`, '80'],
  ]).flat()
  const { untranslated } = traefik1Of(Object.fromEntries(segments) as Record<string, string>, 'web') ?? {}
  const over = (untranslated ?? []).filter(({ reason }) => reason.includes('more than one container may have'))
  expect(over.length).toBeGreaterThan(0)
  expect(over.length).toBeLessThan(15)
})
