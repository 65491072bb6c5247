import type { NetworkRoutes, RouteView } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import type { Meter } from './meter.ts'
import type { Durations, Sample } from './tally.ts'

/** What a kind of journal has cost; all its files together. */
export interface JournalFigures {
  readonly bytes: number
  readonly lines: number
  /** How often one was written anew. */
  readonly compactions: number
  /** How often something couldn't be written. */
  readonly failures: number
}

/** What a plugin has cost since it was loaded. */
export interface PluginFigures {
  readonly name: string
  readonly calls: number
  /** Of all calls; milliseconds. */
  readonly total: number
}

/** Where the figures come from, when somebody asks. */
export interface Sources {
  readonly meter: Meter
  readonly view: RouteView
  readonly networks: () => readonly NetworkRoutes[]
  /** What is to be said about the machine. */
  readonly remarks: () => readonly Diagnostic[]
  readonly plugins: () => readonly PluginFigures[]
  readonly journals: () => Readonly<Record<string, JournalFigures>>
  readonly version: string
}

interface Described {
  /** By Prometheus' conventions: base units, `_total` for what only grows. */
  readonly name: string
  readonly help: string
}

export type Family =
  | (Described & {
      readonly kind: 'counter' | 'gauge'
      readonly labels: readonly string[]
      readonly read: (sources: Sources) => Iterable<Sample> | Promise<Iterable<Sample>>
    })
  | (Described & { readonly kind: 'histogram'; readonly read: (sources: Sources) => Durations })

const alone = (value: number): Iterable<Sample> => [[[], value]]
const byKey = (counts: Readonly<Record<string, number>>): Iterable<Sample> =>
  Object.entries(counts).map(([key, value]) => [[key], value])

function daemonsOf({ view }: Sources): Iterable<Sample> {
  const counts = { pending: 0, live: 0, stale: 0, gone: 0 }
  for (const { state } of view.daemons()) counts[state] += 1
  return byKey(counts)
}

const documentOf = ({ view }: Sources) => {
  const document = view.document()
  return 'waitingFor' in document ? { revision: 0, length: 0, changedAt: 0 } : document
}

const journalsOf =
  (figure: keyof JournalFigures) =>
  ({ journals }: Sources): Iterable<Sample> =>
    Object.entries(journals()).map(([journal, figures]) => [[journal], figures[figure]])

/** Everything that is measured, beside the process itself. */
export const FAMILIES: readonly Family[] = [
  {
    name: 'route_server_event_published_seconds',
    help: 'From an event at a Docker daemon to the route document that has what changed.',
    kind: 'histogram',
    read: ({ meter }) => meter.latency.published,
  },
  {
    name: 'route_server_event_fetched_seconds',
    help: 'From an event at a Docker daemon to the first poll that got what changed.',
    kind: 'histogram',
    read: ({ meter }) => meter.latency.fetched,
  },
  {
    name: 'route_server_docker_calls_total',
    help: 'Calls to Docker daemons, by what was asked, the state that the daemon was in, and whether it answered.',
    kind: 'counter',
    labels: ['kind', 'state', 'result'],
    read: ({ meter }) => meter.calls.read(),
  },
  {
    name: 'route_server_daemons',
    help: 'Docker daemons by state.',
    kind: 'gauge',
    labels: ['state'],
    read: daemonsOf,
  },
  {
    name: 'route_server_routers',
    help: 'Routers in the route document, by protocol.',
    kind: 'gauge',
    labels: ['protocol'],
    read: ({ view }) => byKey(view.counts().routers),
  },
  {
    name: 'route_server_diagnostics',
    help: "What isn't routed as asked, or worth a word, by code and level.",
    kind: 'gauge',
    labels: ['code', 'level'],
    read: ({ meter, networks, remarks }) => meter.diagnostics.read(networks(), remarks()),
  },
  {
    name: 'route_server_polls_total',
    help: 'Answers to whoever asked for the route document, by status.',
    kind: 'counter',
    labels: ['code'],
    read: ({ meter }) => meter.polls.read(),
  },
  {
    name: 'route_server_plugin_calls_total',
    help: 'Containers that each plugin was asked about.',
    kind: 'counter',
    labels: ['plugin'],
    read: ({ plugins }) => plugins().map(({ name, calls }) => [[name], calls]),
  },
  {
    name: 'route_server_plugin_seconds_total',
    help: 'Time spent in each plugin.',
    kind: 'counter',
    labels: ['plugin'],
    read: ({ plugins }) => plugins().map(({ name, total }) => [[name], total / 1_000]),
  },
  {
    name: 'route_server_document_bytes',
    help: 'Size of the route document.',
    kind: 'gauge',
    labels: [],
    read: (sources) => alone(documentOf(sources).length),
  },
  {
    name: 'route_server_document_revision',
    help: 'Revision of the route document; 0 while there is none.',
    kind: 'gauge',
    labels: [],
    read: (sources) => alone(documentOf(sources).revision),
  },
  {
    name: 'route_server_document_changed_timestamp_seconds',
    help: 'When the route document last changed; 0 while there is none.',
    kind: 'gauge',
    labels: [],
    read: (sources) => alone(documentOf(sources).changedAt / 1_000),
  },
  {
    name: 'route_server_journal_bytes',
    help: 'Size of the journals in the state directory.',
    kind: 'gauge',
    labels: ['journal'],
    read: journalsOf('bytes'),
  },
  {
    name: 'route_server_journal_lines',
    help: 'Lines in the journals in the state directory.',
    kind: 'gauge',
    labels: ['journal'],
    read: journalsOf('lines'),
  },
  {
    name: 'route_server_journal_compactions_total',
    help: 'How often a journal was written anew with what still counts.',
    kind: 'counter',
    labels: ['journal'],
    read: journalsOf('compactions'),
  },
  {
    name: 'route_server_journal_failures_total',
    help: "How often something couldn't be written to a journal.",
    kind: 'counter',
    labels: ['journal'],
    read: journalsOf('failures'),
  },
  {
    name: 'route_server_build_info',
    help: 'The version that runs; always 1.',
    kind: 'gauge',
    labels: ['version'],
    read: ({ version }) => [[[version], 1]],
  },
]
