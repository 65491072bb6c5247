import type Prometheus from 'prom-client'
import { FAMILIES } from './families.ts'
import type { Family, Sources } from './families.ts'
import type { Durations, Sample } from './tally.ts'

export type Format = 'prometheus' | 'openmetrics'

/** What a scraper gets. */
export interface Exposition {
  readonly contentType: string
  readonly body: string
}

/** How often the event loop is looked at for how late it is, once somebody scrapes; milliseconds. The library's own 10 would be a hundred wake-ups a second. */
const LOOP_PRECISION = 100

/** Gauges of the library's whose names say that they are counters. `promtool check metrics` minds. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** By bound, how often it took no longer than that: as a histogram is written. */
function cumulated({ name }: Family, { bounds, counts, sum }: Durations) {
  let count = 0
  const buckets = [...bounds, '+Inf'].map((le, index) => {
    count += counts[index] ?? 0
    return { metricName: `${name}_bucket`, labels: { le }, value: count }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: count },
  ]
}

function fill(
  { labels }: { readonly labels: readonly string[] },
  metric: Prometheus.Counter | Prometheus.Gauge,
  samples: Iterable<Sample>,
): void {
  metric.reset()
  for (const [values, value] of samples) {
    const named = Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']))
    metric.inc(named, value)
  }
}

/** Everything that is counted is counted elsewhere, and taken over when somebody scrapes. */
function register(
  { Counter, Gauge, Histogram }: typeof Prometheus,
  registry: Prometheus.Registry<Prometheus.RegistryContentType>,
  family: Family,
  sources: Sources,
): void {
  const { name, help } = family
  const registers = [registry as Prometheus.Registry]
  if (family.kind === 'histogram') {
    const histogram = new Histogram({ name, help, registers })
    const get = () =>
      Promise.resolve({ name, help, type: 'histogram', values: cumulated(family, family.read(sources)) })
    Object.assign(histogram, { get, getForPromString: get })
    return
  }
  const Metric = family.kind === 'counter' ? Counter : Gauge
  const metric: Prometheus.Counter | Prometheus.Gauge = new Metric({
    name,
    help,
    registers,
    labelNames: family.labels,
    collect: async () => fill(family, metric, await family.read(sources)),
  })
}

async function registryOf(format: Format, sources: Sources) {
  // The library takes a tenth of a second to load, and most route servers are never scraped.
  const client = await import('prom-client')
  const { Registry, collectDefaultMetrics } = client.default
  const registry = new Registry<Prometheus.RegistryContentType>()
  registry.setContentType(
    format === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE,
  )
  for (const family of FAMILIES) register(client.default, registry, family, sources)
  collectDefaultMetrics({ register: registry as Prometheus.Registry, eventLoopMonitoringPrecision: LOOP_PRECISION })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  return registry
}

/** What is measured, in either of Prometheus' text formats. Each has a registry of its own: the library renames counters for the one. */
export function createExposition(sources: Sources): (format: Format) => Promise<Exposition> {
  const registries = new Map<Format, ReturnType<typeof registryOf>>()
  return async (format) => {
    const known = registries.get(format) ?? registryOf(format, sources)
    registries.set(format, known)
    const registry = await known
    return { contentType: registry.contentType, body: await registry.metrics() }
  }
}
