import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { loadConfig } from '@route-server/config'
import type { Container } from '@route-server/plugin-api'
import { checkEntry, referencesOf, sections } from '@route-server/traefik'
import type { SectionName } from '@route-server/traefik'
import { parse } from 'yaml'
import { builtInPlugins } from './plugins.ts'
import { renderContainers } from './render-containers.ts'
import type { RenderedContainers } from './render-containers.ts'
import { sampleContainer } from '@route-server/kernel/testing'

const NAMES = builtInPlugins.map(({ name }) => name)

/** Of each label who reads it, and what comes of it. */
const READERS: readonly (readonly [labels: string, plugin: string, path: string])[] = [
  ['traefik.http.routers.*', 'http', 'http.routers/shop-2816'],
  ['traefik.http.services.*', 'http', 'http.services/shop-2816'],
  ['traefik.http.middlewares.*', 'middleware', 'http.middlewares/zip-2816'],
  ['traefik.tcp.routers.*', 'tcp', 'tcp.routers/db-2816'],
  ['traefik.tcp.services.*', 'tcp', 'tcp.services/db-2816'],
  ['traefik.tcp.middlewares.*', 'middleware', 'tcp.middlewares/few-2816'],
  ['traefik.udp.routers.*', 'udp', 'udp.routers/dns-2816'],
  ['traefik.udp.services.*', 'udp', 'udp.services/dns-2816'],
  ['rediacc.tcp_ports', 'tcp', 'tcp.services/ports-6379-2816'],
  ['rediacc.udp_ports', 'udp', 'udp.services/ports-514-2816'],
  ['rediacc.service_port', 'auto-route', 'http.routers/plain-2816'],
]

const container = (service: string, slot: number, labels: Readonly<Record<string, string>>): Container =>
  sampleContainer({
    name: service,
    created: slot,
    labels: { 'rediacc.service_ip': `127.0.11.${2 + slot}`, ...labels },
  })

const CONTAINERS = [
  container('labels', 0, {
    'traefik.enable': 'true',
    'traefik.http.routers.shop.rule': 'Host(`shop.example.org`)',
    'traefik.http.routers.shop.middlewares': 'zip',
    'traefik.http.services.shop.loadbalancer.server.port': '80',
    'traefik.http.middlewares.zip.compress': 'true',
    'traefik.tcp.routers.db.rule': 'HostSNI(`*`)',
    'traefik.tcp.routers.db.entrypoints': 'tcp-5432',
    'traefik.tcp.routers.db.middlewares': 'few',
    'traefik.tcp.services.db.loadbalancer.server.port': '5432',
    'traefik.tcp.middlewares.few.inflightconn.amount': '9',
    'traefik.udp.routers.dns.entrypoints': 'udp-53',
    'traefik.udp.services.dns.loadbalancer.server.port': '53',
  }),
  container('ports', 1, { 'rediacc.tcp_ports': '6379', 'rediacc.udp_ports': '514' }),
  container('plain', 2, { 'rediacc.service_port': '8080' }),
]

/** Every subset, as the configuration may have it. */
const COMBINATIONS = Array.from({ length: 2 ** NAMES.length }, (_, bits) =>
  NAMES.filter((_, index) => (bits & (1 << index)) !== 0),
)

const folder = mkdtempSync(join(tmpdir(), 'combinations-'))
const quiet = join(folder, 'quiet.mjs')
beforeAll(() => {
  writeFileSync(
    quiet,
    `export const plugin = {
       apiVersion: 1, name: 'quiet', labels: {}, contribute() {},
       options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
     }`,
  )
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

type Part = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Its entries by path; fails where Traefik would refuse the document. */
function accepted(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  const document = (parse(new TextDecoder().decode(bytes)) ?? {}) as Readonly<Record<string, Part>>
  const entries = new Map<string, unknown>()
  for (const [part, kinds] of Object.entries(document)) {
    expect(Object.keys(kinds)).not.toEqual([])
    for (const [kind, named] of Object.entries(kinds)) {
      const section = `${part}.${kind}` as SectionName
      expect([section, sections.has(section), Object.keys(named).length > 0]).toEqual([section, true, true])
      for (const [name, value] of Object.entries(named)) {
        expect(checkEntry(section, name, value)).toEqual([])
        entries.set(`${section}/${name}`, value)
      }
    }
  }
  return entries
}

/** References that lead nowhere. */
const dangling = (entries: ReadonlyMap<string, unknown>): readonly string[] =>
  [...entries].flatMap(([path, value]) =>
    referencesOf(path.slice(0, path.indexOf('/')) as SectionName, value as never)
      .map(({ section, name }) => `${section}/${name}`)
      .filter((to) => !entries.has(to)),
  )

const rendered = (plugins: readonly unknown[]): Promise<RenderedContainers> =>
  renderContainers(CONTAINERS, loadConfig({ flags: { plugins, baseDomain: 'example.com' } }), folder)

describe('every combination of the built-in plugins', () => {
  test.each(COMBINATIONS.map((names) => [names.join(', ') || 'none, and one of a third party', names] as const))(
    '%s',
    async (_, names) => {
      const { bytes, diagnostics } = await rendered(names.length > 0 ? names : [quiet])
      const entries = accepted(bytes)
      expect(dangling(entries)).toEqual([])
      const enabled = new Set(names)
      const unread = diagnostics.filter(({ code }) => code === 'LABELS_UNREAD').map(({ message }) => message)
      const missing = READERS.filter(([, plugin]) => !enabled.has(plugin))
      expect([...unread].sort()).toEqual(
        missing
          .map(
            ([labels, plugin]) =>
              `${labels} needs plugin ${plugin}, which isn't enabled, so it has no effect. The operator chooses the plugins.`,
          )
          .sort(),
      )
      // A router whose middlewares nobody makes isn't served without them.
      const lost = enabled.has('middleware') ? [] : ['http.routers/shop-2816', 'tcp.routers/db-2816']
      const expected = READERS.filter(([, plugin, path]) => enabled.has(plugin) && !lost.includes(path))
      const known = READERS.map(([, , path]) => path)
      expect([...entries.keys()].filter((path) => known.includes(path)).sort()).toEqual(
        expected.map(([, , path]) => path).sort(),
      )
    },
  )

  test('none at all is no configuration', () => {
    expect(() => loadConfig({ flags: { plugins: [] } })).toThrow('expected at least one plugin')
  })
})
