import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { FAMILIES } from '@route-server/metrics'
import { parse } from 'yaml'

const read = (path: string): string => readFileSync(new URL(`../../../docs/${path}`, import.meta.url), 'utf8')

/** Series that a histogram has beside its name. */
const seriesOf = ({ name, kind }: (typeof FAMILIES)[number]): readonly string[] =>
  kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => `${name}${suffix}`) : [name]

/** Of every Prometheus client, and of this one's for Node. */
const OF_THE_PROCESS = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_p99_seconds',
]

const known = new Set([...FAMILIES.flatMap(seriesOf), ...OF_THE_PROCESS])
const namesIn = (expression: string): readonly string[] =>
  expression.match(/\b(?:route_server|process|nodejs)_\w+/g) ?? []

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}
interface Dashboard {
  readonly panels: readonly {
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly targets: readonly { readonly expr: string }[]
  }[]
}
const rules = (parse(read('monitoring/alerts.yaml')) as Rules).groups.flatMap((group) => group.rules)
const { panels } = JSON.parse(read('monitoring/grafana.json')) as Dashboard

test('every metric that an alert or the dashboard names is measured, and the dashboard has all that is', () => {
  const alerts = rules.flatMap(({ expr }) => namesIn(expr))
  const shown = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr)))
  expect([...alerts, ...shown].filter((name) => !known.has(name))).toEqual([])
  const text = shown.join(' ')
  const unseen = FAMILIES.map(({ name }) => name).filter((name) => !text.includes(name))
  expect(unseen).toEqual([
    'route_server_document_changed_timestamp_seconds',
    'route_server_journal_lines',
    'route_server_build_info',
  ])
})

test('no panel of the dashboard lies on another', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
})

test('docs/operating.md lists every metric with its labels, and every alert', () => {
  const operating = read('operating.md')
  const rows = [...operating.matchAll(/^\| `(route_server_\w+)` \| ([^|]*)\|/gm)].map(([, name, labels = '']) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  ])
  expect(rows).toEqual(FAMILIES.map((family) => [family.name, family.kind === 'histogram' ? [] : family.labels]))
  expect([...operating.matchAll(/^\| `(RouteServer\w+)` \|/gm)].map(([, name]) => name)).toEqual(
    rules.map(({ alert }) => alert),
  )
})
