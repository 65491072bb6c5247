import { expect, test } from '@jest/globals'
import { decodeLabels } from './decode.ts'
import { suggestLabel } from './suggest.ts'

const R = 'traefik.http.routers.web'
const S = 'traefik.http.services.web'
const M = 'traefik.http.middlewares.web'

test.each([
  [`${S}.loadbalancer.port`, `${S}.loadbalancer.server.port`],
  [`${S}.loadbalancer.servers.port`, `${S}.loadbalancer.server.port`],
  [`${S}.loadbalancer.servers[0].port`, `${S}.loadbalancer.server.port`],
  [`${S}.port`, `${S}.loadbalancer.server.port`],
  [`${S}.server.port`, `${S}.loadbalancer.server.port`],
  [`${S}.loadbalancer.url`, `${S}.loadbalancer.server.url`],
  [`${S}.loadBalancer.passHostHeadr`, `${S}.loadBalancer.passhostheader`],
  [`${S}.cookie.name`, `${S}.loadbalancer.sticky.cookie.name`],
  [`${S}.interval`, `${S}.loadbalancer.healthcheck.interval`],
  [`${R}.loadbalancer.server.port`, `${S}.loadbalancer.server.port`],
  [`${R}.port`, `${S}.loadbalancer.server.port`],
  [`${R}.entrypoint`, `${R}.entrypoints`],
  [`${R}.certresolver`, `${R}.tls.certresolver`],
  [`${R}.tls.entrypoints`, `${R}.entrypoints`],
  [`${R}.main`, `${R}.tls.domains[0].main`],
  [`${R}.basicauth.users`, `${M}.basicauth.users`],
  [`${R}.auth.basic.users`, `${M}.basicauth.users`],
  [`${R}.https`, `${R}.tls`],
  [`${S}.rule`, `${R}.rule`],
  [`${S}.entrypoints`, `${R}.entrypoints`],
  [`${M}.users`, `${M}.basicauth.users`],
  [`${M}.prefixes`, `${M}.stripprefix.prefixes`],
  [`${M}.sourcerange`, `${M}.ipallowlist.sourcerange`],
  [`${M}.customrequestheaders.X-A`, `${M}.headers.customrequestheaders.X-A`],
  [`${M}.sslproxyheaders.X-A`, `${M}.headers.sslproxyheaders.X-A`],
  ['traefik.tcp.services.db.port', 'traefik.tcp.services.db.loadbalancer.server.port'],
  ['traefik.http.web.rule', `${R}.rule`],
  ['traefik.http.web.loadbalancer.server.port', `${S}.loadbalancer.server.port`],
  ['traefik.routers.web.rule', `${R}.rule`],
  ['traefik.services.web.loadbalancer.server.port', `${S}.loadbalancer.server.port`],
])('%s was meant to be %s', (label, meant) => {
  const { mistakes } = decodeLabels({ 'traefik.enable': 'true', [label]: '80' })
  expect(mistakes.map(({ suggestion }) => suggestion)).toEqual([meant])
})

test.each([
  [`${R}.host`, 'web.example.org', `${R}.rule=Host(\`web.example.org\`)`],
  [`${R}.host`, 'Host(`web.example.org`)', `${R}.rule`],
  ['traefik.tcp.routers.db.sni', 'db.example.org', 'traefik.tcp.routers.db.rule=HostSNI(`db.example.org`)'],
])('%s=%s was meant to be %s', (label, value, meant) => {
  expect(suggestLabel(label, value)).toBe(meant)
})

test.each([`${R}.frobnicate`, `${M}.x`, 'traefik.foo', 'traefik.http.x', `${R}${'.a'.repeat(40)}`, 'caddy.port'])(
  'nobody can tell what %s was meant to be',
  (label) => {
    expect(suggestLabel(label)).toBeUndefined()
  },
)

test('many unknown labels are soon told', () => {
  for (let i = 0; i < 2_000; i++) suggestLabel(`${R}.${'x'.repeat(i % 90)}.port`)
})
