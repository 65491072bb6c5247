import { expect, test } from '@jest/globals'
import { shownLabel } from './shown-label.ts'

test.each([
  ['rediacc.service_port', '8080'],
  ['traefik.enable', 'true'],
  ['traefik.http.routers.web.rule', 'Host(`app.example.com`)'],
  ['traefik.HTTP.routers.web.EntryPoints', 'websecure'],
  ['traefik.http.routers.web.tls.certresolver', 'letsencrypt'],
  ['traefik.tcp.services.db.loadbalancer.server.port', '5432'],
  ['grpc.enable', 'true'],
])('%s shows what it says', (label, value) => {
  expect(shownLabel(label, value)).toBe(`${label}=${value}`)
})

test.each([
  'traefik.http.middlewares.m.basicauth.users',
  'traefik.http.middlewares.m.basicauth.user',
  'traefik.http.middlewares.m.basic-auth.users',
  'traefik.http.middlewares.m.basicauth.users ',
  'traefik.http.middlewares.m.headers.customrequestheader.X-Foo',
  'traefik.http.middlewares.m.plugin.crowdsec.LapiPass',
  'traefik.http.services.web.loadbalancer.healthcheck.headers.X-Internal',
  'traefik.frontend.auth.basic',
  'traefik.http.routers.web.rule.x',
  'my-protocol.password',
])('%s does not', (label) => {
  expect(shownLabel(label, 'hunter2')).toBe(`${label}=***`)
})

test('a long one is cut', () => {
  expect(shownLabel('traefik.http.routers.web.rule', 'x'.repeat(10_000)).length).toBeLessThan(600)
  expect(shownLabel('x'.repeat(10_000), 'true').length).toBeLessThan(600)
})
