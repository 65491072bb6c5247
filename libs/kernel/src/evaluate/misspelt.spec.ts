import { expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import { evaluate } from './evaluate.ts'
import type { LoadedPlugin } from './evaluate.ts'
import { misspeltLabels } from './misspelt.ts'
import { sampleContainer } from '../sample-container.ts'

const made = (host: string) => ({
  http: {
    routers: { made: { rule: `Host(\`${host}\`)`, service: 'made' } },
    services: { made: { loadBalancer: { servers: [{ url: 'http://127.0.11.2:80' }] } } },
  },
})

const acme: LoadedPlugin = {
  plugin: definePlugin({
    name: 'acme',
    labels: { 'acme.port': 'A port.', 'acme.routes.{name}': 'A route.' },
    options: noOptions,
    contribute: () => made('a.example.com'),
  }),
  options: {},
}

const other: LoadedPlugin = {
  plugin: definePlugin({
    name: 'other',
    labels: { 'rediacc.service_port': 'A port.' },
    options: noOptions,
    contribute: () => undefined,
  }),
  options: {},
}

test.each([
  ['-acme.port', 'acme.port', 'acme'],
  [' acme.port', 'acme.port', 'acme'],
  ['acme.prot', 'acme.port', 'acme'],
  ['acme.rotues.web.host', 'acme.routes.web.host', 'acme'],
  ['"acme.routes.web.host"', 'acme.routes.web.host', 'acme'],
  ['rediacc.service-port', 'rediacc.service_port', 'other'],
  ['redicac.service_port', 'rediacc.service_port', 'other'],
  ['Rediacc.service_port', 'rediacc.service_port', 'other'],
  ['\u200brediacc.tcp_ports', 'rediacc.tcp_ports', undefined],
  ['- rediacc.service_ip', 'rediacc.service_ip', undefined],
])('%j was meant to be %s', (label, meant, plugin) => {
  const [found, ...more] = misspeltLabels([label], [acme, other])
  expect(more).toEqual([])
  expect(found).toMatchObject({ label, meant })
  expect(found?.plugin).toBe(plugin)
})

test.each(['acme.port', 'acme.routes.web.host', 'acme.other', 'rediacc.tcp_ports', 'rediacc.anything', 'x', 'acmes'])(
  '%s is as it is',
  (label) => {
    expect(misspeltLabels([label], [acme, other])).toEqual([])
  },
)

test("costs the plugin's part of that container, and is told with the right spelling", () => {
  const container = sampleContainer({ labels: { '-acme.port': '9000' } })
  const { contributions, diagnostics } = evaluate(container, [acme, other], {
    httpEntryPoints: ['websecure'],
    allowedReferences: [],
  })
  expect(contributions.flatMap(({ entries }) => entries)).toEqual([])
  expect(contributions.flatMap(({ refused }) => refused)).toEqual(['http.routers/made-2816', 'http.services/made-2816'])
  expect(diagnostics).toMatchObject([
    {
      code: 'LABEL_INVALID',
      label: '-acme.port',
      suggestion: 'acme.port',
      message:
        '"-acme.port": it begins with a dash, so nobody reads it; nothing that the plugin "acme" would make of the container is served. Did you mean acme.port?',
    },
  ])
})

test('of a container without an identity, says which label was meant to give it one', () => {
  const { labels, ...container } = sampleContainer()
  const { 'rediacc.service_ip': address = '', ...rest } = labels
  const { diagnostics } = evaluate({ ...container, labels: { ...rest, '-rediacc.service_ip': address } }, [], {
    httpEntryPoints: [],
    allowedReferences: [],
  })
  expect(diagnostics.map(({ code }) => code)).toEqual(['IDENTITY_MISSING', 'LABEL_IGNORED'])
})
