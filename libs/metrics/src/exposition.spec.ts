import { beforeEach, describe, expect, test } from '@jest/globals'
import type { NetworkRoutes } from '@route-server/kernel'
import { sampleView } from '@route-server/kernel/testing'
import type { Diagnostic } from '@route-server/plugin-api'
import { createExposition } from './exposition.ts'
import { FAMILIES } from './families.ts'
import type { Sources } from './families.ts'
import { createMeter } from './meter.ts'
import type { Meter } from './meter.ts'

const figures = { bytes: 100, lines: 3, compactions: 1, failures: 0 }
const counts = { http: 2, tcp: 1, udp: 0 }
const view = sampleView({
  document: () => ({ revision: 7, parts: [], length: 1_959, changedAt: 1_500 }),
  daemons: () => [{ daemon: '/d.sock', network: 64, state: 'live', since: 0, containers: 1 }],
  counts: () => ({ routers: counts, services: counts }),
})

const diagnostic = (code: string): Diagnostic => ({ code, level: 'error', message: 'ann:s3cret', origin: {} })

/** A network with these codes, and how often it was asked for them. */
function network(id: number, ...codes: readonly string[]) {
  const asked = { times: 0 }
  const routes: NetworkRoutes = {
    network: id,
    entries: new Map(),
    get diagnostics() {
      asked.times += 1
      return codes.map(diagnostic)
    },
  }
  return { routes, asked }
}

let meter: Meter
beforeEach(() => {
  meter = createMeter()
})

const sources = (more: Partial<Sources> = {}): Sources => ({
  meter,
  view,
  networks: () => [],
  remarks: () => [],
  plugins: () => [{ name: 'theirs', calls: 3, total: 1_500 }],
  journals: () => ({ claims: figures, listings: { ...figures, bytes: 7 } }),
  version: '0.1.0',
  ...more,
})

const textOf = async (more?: Partial<Sources>) => (await createExposition(sources(more))('prometheus')).body

test('every family is there once, with its help and its type, in both formats, whichever is asked for first', async () => {
  meter.polled(200)
  const expose = createExposition(sources())
  const open = await expose('openmetrics')
  const plain = await expose('prometheus')
  const again = await expose('openmetrics')
  expect(plain.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
  expect(open.body.endsWith('\n# EOF\n')).toBe(true)
  for (const { name, help, kind } of FAMILIES) {
    expect(plain.body.split(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`)).toHaveLength(2)
    const stem = kind === 'counter' ? name.replace(/_total$/, '') : name
    for (const { body } of [open, again]) expect(body.split(`# TYPE ${stem} ${kind}\n`)).toHaveLength(2)
  }
  expect(plain.body).toContain('\nroute_server_polls_total{code="200"} 1\n')
  expect(again.body).toContain('\nroute_server_polls_total{code="200"} 1\n')
  expect(plain.body).toContain('\nprocess_cpu_seconds_total ')
})

test('names and units follow the conventions', async () => {
  const types = [...(await textOf()).matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  expect(types.length).toBeGreaterThan(FAMILIES.length)
  for (const [, name = '', kind] of types) {
    expect(name).toMatch(/^[a-z0-9_]+$/)
    expect([name, name.endsWith('_total')]).toEqual([name, kind === 'counter'])
    expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|kb|kilobytes|mb|percent)(?:_|$)/)
  }
  expect(new Set(types.map(([, name]) => name)).size).toBe(types.length)
})

test('what is counted meanwhile shows at the next scrape, and a histogram adds up', async () => {
  const expose = createExposition(sources())
  await expose('prometheus')
  for (const seconds of [0.004, 0.02, 0.02, 70]) meter.latency.published.observe(seconds)
  meter.called({ kind: 'ping', state: 'stale', isAnswered: false })
  const { body } = await expose('prometheus')
  expect(body.match(/^route_server_event_published_seconds\S* \S+$/gm)).toEqual(
    [
      ...[1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3].map(
        (count, index) =>
          `_bucket{le="${[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60][index]}"} ${count}`,
      ),
      '_bucket{le="+Inf"} 4',
      '_sum 70.044',
      '_count 4',
    ].map((line) => `route_server_event_published_seconds${line}`),
  )
  expect(body).toContain('route_server_docker_calls_total{kind="ping",state="stale",result="failed"} 1\n')
  expect(body).toContain('route_server_document_changed_timestamp_seconds 1.5\n')
  expect(body).toContain('route_server_plugin_calls_total{plugin="theirs"} 3\n')
  expect(body).toContain('route_server_plugin_seconds_total{plugin="theirs"} 1.5\n')
  expect(body).toContain('route_server_journal_bytes{journal="listings"} 7\n')
})

test('while there is no document, its revision is 0', async () => {
  const body = await textOf({ view: { ...view, document: () => ({ waitingFor: ['The daemons.'] }) } })
  expect(body).toContain('\nroute_server_document_revision 0\n')
})

describe('diagnostics', () => {
  test('are counted by code and level, and say nothing else', async () => {
    const { routes } = network(64, 'HOST_TAKEN', 'HOST_TAKEN', 'bad code "} 1')
    const body = await textOf({ networks: () => [routes], remarks: () => [diagnostic('DAEMON_STALE')] })
    expect(body.match(/^route_server_diagnostics.*$/gm)).toEqual([
      'route_server_diagnostics{code="DAEMON_STALE",level="error"} 1',
      'route_server_diagnostics{code="HOST_TAKEN",level="error"} 2',
      'route_server_diagnostics{code="OTHER",level="error"} 1',
    ])
    expect(body).not.toContain('s3cret')
  })

  test('of more codes than anybody has are one', async () => {
    const codes = Array.from({ length: 1_000 }, (_, index) => `THEIRS_${index}`)
    const body = await textOf({ networks: () => [network(64, ...codes).routes] })
    expect(body.match(/^route_server_diagnostics.*$/gm)).toHaveLength(201)
    expect(body).toContain('route_server_diagnostics{code="OTHER",level="error"} 800\n')
  })

  test('of networks that stay as they are are not counted again, but for a few in turn', async () => {
    const networks = Array.from({ length: 40 }, (_, index) => network(64 * (index + 1), 'HOST_TAKEN'))
    const expose = createExposition(sources({ networks: () => networks.map(({ routes }) => routes) }))
    const asked = (): number => networks.reduce((sum, { asked: { times } }) => sum + times, 0)
    await expose('prometheus')
    expect(asked()).toBe(40)
    meter.tell({ networks: [{ network: 64 * 7, gone: [], come: [], said: () => [] }] })
    await expose('prometheus')
    expect(asked()).toBe(43)
    expect(networks[6]?.asked.times).toBe(2)
    networks.pop()
    const { body } = await expose('prometheus')
    expect(body).toContain('route_server_diagnostics{code="HOST_TAKEN",level="error"} 39\n')
  })
})
