import { expect, test } from '@jest/globals'
import { legacyLabels } from './recognise.ts'

test.each([
  ['traefik.frontend.rule', '', 'frontend.rule'],
  ['Traefik.Frontend.Rule', '', 'frontend.rule'],
  ['traefik.backend', '', 'backend'],
  ['traefik.tags', '', 'tags'],
  ['traefik.Admin.port', 'Admin', 'port'],
  ['traefik.https.frontend.rule', 'https', 'frontend.rule'],
  ['traefik.port.frontend.rule', 'port', 'frontend.rule'],
  ['traefik.www.a.org.frontend.auth.basic', 'www.a.org', 'frontend.auth.basic'],
])('%s is one of segment "%s": %s', (label, segment, name) => {
  expect(legacyLabels({ [label]: 'v' })).toEqual([{ label, value: 'v', segment, name }])
})

test.each([
  'traefik.enable',
  'traefik.http.routers.web.rule',
  'traefik.http.port',
  'traefik.tcp.services.frontend.loadbalancer.server.port',
  'traefik.docker.network',
  'traefik.htpp.routers.frontend.rule',
  'traefik.services.backend.loadbalancer.server.port',
  'traefik.services.port',
  'traefik.htpp.services.web.loadbalancer.server.port',
  'traefik.constraint-label',
  'my.traefik.frontend.rule',
  'traefik.',
  'traefik',
  'frontend.rule',
])('%s is no label of Traefik 1', (label) => {
  expect(legacyLabels({ [label]: '1' })).toEqual([])
})
