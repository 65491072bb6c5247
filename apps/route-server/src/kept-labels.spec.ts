import { expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import { keptLabels } from './kept-labels.ts'

const plugin = definePlugin({
  name: 'acme',
  labels: { 'acme.port': 'A port.', 'example.routes.{name}': 'A route.', 'traefik.http.routers.{name}': 'A router.' },
  options: noOptions,
  contribute: () => undefined,
})

test.each([
  ['traefik.enable', true],
  ['Traefik.http.routers.web.rule', true],
  ['rediacc.service_name', true],
  ['com.docker.compose.oneoff', true],
  ['-traefik.http.routers.web.middlewares', true],
  ['\u200btraefik.enable', true],
  ['trefik.http.routers.web.rule', true],
  ['traefik/http/routers/web/rule', true],
  ['redicac.tcp_ports', true],
  ['caddy.reverse_proxy', true],
  ['acme.port', true],
  ['acme.prot', true],
  ['-acme.port', true],
  ['example.routes.a.host', true],
  ['acme.other', false],
  ['example.other', false],
  ['org.opencontainers.image.title', false],
])('%s is kept: %s', (label, expected) => {
  expect(keptLabels([{ plugin, options: undefined }])(label)).toBe(expected)
})
