import { expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import type { Settings } from '@route-server/plugin-api'
import { sampleContainer } from '../sample-container.ts'
import { evaluate } from './evaluate.ts'

const settings: Settings = {
  baseDomain: 'example.com',
  httpEntryPoints: ['websecure'],
  entryPoints: ['websecure'],
  certResolvers: ['letsencrypt'],
  allowedReferences: [],
}

const says = definePlugin({
  name: 'says',
  labels: { 'traefik.http.routers.{name}': 'A router.' },
  options: noOptions,
  contribute: (_, { traefik }) => traefik.configuration,
})

const LONG = 'long '.repeat(4000)
const WORD = 'x'.repeat(20_000)

test.each<readonly [what: string, labels: Readonly<Record<string, string>>]>([
  ['a number', { 'traefik.http.routers.w.priority': LONG }],
  ['a switch', { 'traefik.http.routers.w.tls': LONG }],
  ['a rule', { 'traefik.http.routers.w.rule': LONG }],
  ['a host', { 'traefik.http.routers.w.rule': `Host(\`${WORD}/\`)` }],
  ['a regular expression', { 'traefik.http.routers.w.rule': `PathRegexp(\`(${WORD}\`)` }],
  ['an entry point', { 'traefik.http.routers.w.entrypoints': WORD }],
  ['a certificate resolver', { 'traefik.http.routers.w.tls.certresolver': WORD }],
  [
    'references',
    {
      'traefik.http.routers.w.middlewares': Array(500)
        .fill(`${WORD.slice(0, 30)}@other`)
        .join(),
    },
  ],
  ['a URL', { 'traefik.http.services.w.loadbalancer.server.url': `http://${WORD}` }],
  ["a URL's port", { 'traefik.http.services.w.loadbalancer.server.url': `http://a:${WORD}` }],
  ['an address', { 'traefik.tcp.services.w.loadbalancer.server.address': WORD }],
  ['a file', { 'traefik.http.middlewares.w.basicauth.usersfile': WORD }],
  ['a field', { [`traefik.http.routers.w.${WORD}`]: 'x' }],
  ['a name', { [`traefik.http.routers.${WORD}.priority`]: 'x' }],
  ['a label', { [`traefik.${WORD}`]: 'x' }],
  ['a hold', { 'rediacc.hold': LONG }],
  ['an address of its own', { 'rediacc.service_ip': LONG }],
  ['a service name', { 'rediacc.service_name': LONG }],
])('%s as long as a label is told by its beginning', (_, labels) => {
  const container = sampleContainer({ labels: { ...sampleContainer().labels, 'traefik.enable': 'true', ...labels } })
  const { diagnostics } = evaluate(container, [{ plugin: says, options: undefined }], settings)
  expect(diagnostics.length).toBeGreaterThan(0)
  for (const { message } of diagnostics) expect(message.length).toBeLessThan(1500)
})
