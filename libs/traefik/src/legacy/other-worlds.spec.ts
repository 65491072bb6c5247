import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildErrors } from '../build/build-errors.ts'
import { decodeLabels } from '../labels/decode.ts'
import { otherWorldsOf } from './other-worlds.ts'
import { WORLDS } from './worlds.ts'

type Labels = Readonly<Record<string, string>>

const router = (line: string): string => line.replace('R.', 'traefik.http.routers.')
const lines = (...written: readonly string[]): readonly string[] => [
  'traefik.enable=true',
  ...written.map((line) => router(line).replace('S.', 'traefik.http.services.').replace('.lb.', '.loadbalancer.')),
]

const WEB = lines('R.web.rule=Host(`a.org`)', 'S.web.lb.server.port=8080')

describe('the same for Traefik', () => {
  const rows: readonly (readonly [world: string, labels: Labels, translation: readonly string[]])[] = [
    ['caddy-docker-proxy', { caddy: 'a.org', 'caddy.reverse_proxy': '{{upstreams 8080}}' }, WEB],
    ['caddy-docker-proxy', { caddy: 'https://a.org:443', 'caddy.0_reverse_proxy': '* {{ upstreams http 8080 }}' }, WEB],
    [
      'caddy-docker-proxy',
      { caddy: 'a.org, *.b.org', 'caddy.reverse_proxy': '{{upstreams https 8443}}', 'caddy.tls': 'internal' },
      lines(
        'R.web.rule=Host(`a.org`) || HostRegexp(`^[^.]+\\.b\\.org$`)',
        'S.web.lb.server.port=8443',
        'S.web.lb.server.scheme=https',
      ),
    ],
    [
      'caddy-docker-proxy',
      {
        caddy_0: 'a.org',
        'caddy_0.reverse_proxy': '{{upstreams}}',
        caddy_1: 'b.org',
        'caddy_1.reverse_proxy': '{{upstreams 81}}',
      },
      lines(
        'R.web.rule=Host(`a.org`)',
        'R.web.service=web',
        'S.web.lb.passhostheader=true',
        'R.web-2.rule=Host(`b.org`)',
        'R.web-2.service=web-2',
        'S.web-2.lb.server.port=81',
      ),
    ],
    [
      'caddy-docker-proxy',
      { caddy: 'a.org', 'caddy.reverse_proxy': '{{upstreams 8080}}', 'caddy.basic_auth.bob': '$2a$14$x' },
      lines('R.web.rule=Host(`a.org`)', 'R.web.middlewares=web-auth', 'S.web.lb.server.port=8080'),
    ],
    ['caddy-docker-proxy', { caddy: 'a.org/x', 'caddy.reverse_proxy': '{{upstreams 8080}}' }, []],
    ['caddy-docker-proxy', { caddy: 'a.org', 'caddy.reverse_proxy': '/api* {{upstreams 8080}}' }, []],
    ['caddy-docker-proxy', { caddy: 'a.org', 'caddy.rewrite': '* /x', 'caddy.reverse_proxy': '{{upstreams}}' }, []],
    ['caddy-docker-proxy', { caddy: '(snippet)', 'caddy.encode': 'gzip' }, []],
    ['SWAG', { swag: 'enable', swag_url: 'a.org', swag_port: '8080', swag_proto: 'http' }, WEB],
    [
      'SWAG',
      { swag: 'enable', swag_url: 'a.org', swag_auth: 'authelia' },
      lines('R.web.rule=Host(`a.org`)', 'R.web.middlewares=web-auth'),
    ],
    ['SWAG', { swag: 'enable' }, []],
    ["Traefik's Swarm provider", { 'traefik.swarm.network': 'x' }, []],
    [
      'traefik-kop',
      { 'kop.public.traefik.http.routers.x.rule': 'Host(`a`)', 'kop.bind.ip': '10.0.0.1' },
      ['traefik.http.routers.x.rule=Host(`a`)'],
    ],
    ['Coolify', { 'coolify.managed': 'true', 'coolify.domain': 'a.org', 'coolify.port': '8080' }, WEB],
    ['Dokploy', { 'dokploy.domain': 'a.org', 'dokploy.port': '8080' }, WEB],
    ['nginx-proxy', { 'com.github.nginx-proxy.nginx-proxy.keepalive': 'auto' }, []],
    ['caddy-gen', { 'virtual.host': 'a.org', 'virtual.port': '8080' }, WEB],
    [
      'caddy-docker-upstreams',
      { 'com.caddyserver.http.matchers.host': 'a.org', 'com.caddyserver.http.upstream.port': '8080' },
      WEB,
    ],
    ['Docker Flow Proxy', { 'com.df.notify': 'true', 'com.df.servicePath': '/x', 'com.df.port': '8080' }, []],
    ['Interlock', { 'com.docker.lb.hosts': 'a.org', 'com.docker.lb.port': '8080' }, WEB],
    ['EasyHAProxy', { 'easyhaproxy.http.host': 'a.org', 'easyhaproxy.http.localport': '8080' }, WEB],
    ['TSDProxy', { 'tsdproxy.name': 'x' }, []],
    [
      'Pangolin',
      { 'pangolin.proxy-resources.x.full-domain': 'a.org', 'pangolin.proxy-resources.x.targets[0].port': '8080' },
      WEB,
    ],
    ['BunkerWeb', { 'bunkerweb.SERVER_NAME': 'a.org', 'bunkerweb.REVERSE_PROXY_HOST': 'http://app:8080' }, WEB],
    ['DockFlare', { 'dockflare.hostname': 'a.org', 'dockflare.service': 'http://app:8080' }, WEB],
    ['Tinyauth', { 'tinyauth.apps.x.users.allow': 'bob' }, []],
  ]

  test.each(rows)('%s: %j', (world, labels, translation) => {
    expect(otherWorldsOf(labels, 'web')).toMatchObject({ world, labels: Object.keys(labels).sort(), translation })
  })

  test('every world has a case above, and one sentence', () => {
    expect(WORLDS.map(({ world }) => world)).toEqual([...new Set(rows.map(([world]) => world))])
    for (const { wayOver } of WORLDS) expect(wayOver).toMatch(/^[A-Z].*\.$/)
  })
})

describe('what keeps somebody out', () => {
  test.each<readonly [label: string, value: string, protects: boolean]>([
    ['caddy.reverse_proxy', '{{upstreams 80}}', false],
    ['caddy.basicauth', '', true],
    ['caddy.1_basic_auth', '/admin/*', true],
    ['caddy.forward_auth', 'authelia:9091', true],
    ['caddy.import', 'secured', true],
    ['caddy.@lan.not.remote_ip', '10.0.0.0/8', true],
    ['caddy.handle.respond', '"no" 403', true],
    ['caddy.header.x-author', 'bob', false],
    ['swag_auth', 'authelia', true],
    ['swag_auth', '', false],
    ['swag_server_custom_directive', 'allow 10.0.0.0/8; deny all;', true],
    ['swag_port', '80', false],
    ['com.df.users', 'a:b', true],
    ['com.github.nginx-proxy.oauth2-proxy.enable', 'true', true],
    ['com.github.nginx-proxy.nginx-proxy.keepalive', '8', false],
    ['virtual.auth.username', 'a', true],
    ['easyhaproxy.http.plugins', 'ip_whitelist', true],
    ['pangolin.proxy-resources.x.auth.sso-enabled', 'true', true],
    ['pangolin.proxy-resources.x.auth.sso-enabled', 'false', false],
    ['bunkerweb.USE_AUTH_BASIC', 'yes', true],
    ['bunkerweb.USE_AUTH_BASIC', 'no', false],
    ['dockflare.access.policy', 'authenticate', true],
    ['tsdproxy.enable', 'true', true],
    ['tinyauth.apps.x.users.allow', 'bob', true],
    ['traefik.swarm.lbswarm', 'true', false],
    ['kop.x.traefik.http.routers.a.middlewares', 'auth', true],
  ])('%s=%s: %s', (label, value, protects) => {
    expect(otherWorldsOf({ [label]: value }, 'web')?.protects).toBe(protects)
  })

  test('comes first where a container is for several', () => {
    expect(otherWorldsOf({ caddy: 'a.org', swag_auth: 'http' }, 'web')?.world).toBe('SWAG')
    expect(otherWorldsOf({ swag: 'enable', caddy: 'a.org' }, 'web')?.world).toBe('caddy-docker-proxy')
  })
})

test.each([
  'com.docker.compose.project',
  'com.docker.lbx.hosts',
  'caddy_ingress_network',
  'caddy_controlled_server',
  'caddyfile',
  'swagger',
  'kuma.app.http.url',
  'org.opencontainers.image.title',
  'traefik.http.routers.web.rule',
  'traefik.swarmx',
  'homepage.name',
  'rediacc.service_name',
  '',
])('%s is of no other world', (label) => {
  expect(otherWorldsOf({ [label]: 'x' }, 'web')).toBeUndefined()
})

test('hostile labels throw nothing, and what is written out has no mistake', () => {
  const beginnings = WORLDS.flatMap(({ labels }) => labels)
  const label = fc
    .tuple(
      fc.constantFrom(...beginnings),
      fc.constantFrom(
        '',
        '1',
        'reverse_proxy',
        'url',
        'port',
        'domain',
        'host',
        'hostname',
        'service',
        'x.full-domain',
      ),
    )
    .map((parts) => parts.join(''))
  const value = fc.oneof(fc.string(), fc.constantFrom('a.org', '*.a.org', '{{upstreams 80}}', 'b.org, c.org', '80'))
  fc.assert(
    fc.property(fc.dictionary(label, value, { maxKeys: 8 }), (labels) => {
      const { translation = [] } = otherWorldsOf(labels, 'web') ?? {}
      const written = translation.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
      const decoded = decodeLabels({
        'traefik.enable': 'true',
        ...Object.fromEntries<string>(written as [string, string][]),
      })
      expect(decoded.mistakes).toEqual([])
      for (const entry of Object.values(decoded.configuration.http?.routers ?? {}))
        expect(buildErrors('http.routers', entry)).toEqual([])
    }),
    { numRuns: 1000 },
  )
  const long = 'a.org '.repeat(10_000)
  for (const name of beginnings) {
    const { translation = [] } = otherWorldsOf({ [name]: long, [`${name}reverse_proxy`]: long }, long) ?? {}
    expect(translation.join('').length).toBeLessThan(50_000)
  }
})
