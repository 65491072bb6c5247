import 'reflect-metadata'
import type { Config } from '@route-server/config'
import { watchDaemons } from '@route-server/docker'
import type { DaemonCall, DaemonWatch, DockerEvent } from '@route-server/docker'
import { allListeners } from '@route-server/explain'
import { createKernel, reconcile } from '@route-server/kernel'
import type {
  Change,
  Handover,
  Kernel,
  Ledger,
  LedgerChange,
  News,
  Policy,
  Reconciler,
  ReconcilerOptions,
  Snapshot,
} from '@route-server/kernel'
import type { Settings } from '@route-server/plugin-api'
import { container as root } from 'tsyringe'
import type { DependencyContainer } from 'tsyringe'
import { keptLabels } from './kept-labels.ts'
import type { Log } from './log.ts'
import { policyOf, settingsOf } from '@route-server/assembly'
import type { RunningPlugin } from '@route-server/assembly'
import { provide, resolve, token } from './tokens.ts'

/** The least time between two documents: one deploy is many events, and Traefik asks every five seconds. */
const SETTLE_MS = 100

export const CONFIG = token<Config>('config')
export const LOG = token<Log>('log')
export const PLUGINS = token<readonly RunningPlugin[]>('plugins')
export const SETTINGS = token<Settings>('settings')
export const POLICY = token<Policy>('policy')
export const MEMORY = token<Memory>('memory')
export const LISTENERS = token<Listeners>('listeners')
export const KERNEL = token<Kernel>('kernel')
export const DAEMONS = token<DaemonWatch>('daemons')
export const RECONCILER = token<Reconciler>('reconciler')

/** What is remembered of the time before, from the disk or from the composition that this one replaces. */
export interface Memory {
  /** What the networks had from one another. */
  readonly ledger?: Ledger
  /** The last complete listing of every daemon. */
  readonly listings?: Snapshot['listings']
  /** What was served until now, when the configuration is read again. */
  readonly served?: Handover | undefined
  /** Told of what is claimed, before anything is served by it. */
  readonly keep?: (change: LedgerChange) => void
  /** Told of every change. */
  readonly tell?: (news: News) => void
  /** Called after every change of the document. */
  readonly changed?: (change: Change) => void
  /** Of the run before. */
  readonly lastRevision?: number | undefined
}

/** Told of what goes on with the daemons. */
export interface Listeners {
  readonly called?: (call: DaemonCall) => void
  readonly heard?: (event: DockerEvent) => void
}

export interface Given {
  readonly config: Config
  readonly log: Log
  readonly plugins: readonly RunningPlugin[]
  readonly memory?: Memory
  readonly listeners?: Listeners
}

/** Everything that runs between the sockets and the document. */
export interface Composition {
  readonly reconciler: Reconciler
  readonly daemons: DaemonWatch
}

/** Whether the auto-route plugin is loaded and switched on. */
const makesAutoRoutes = ({ baseDomain, autoRoute }: Config, plugins: readonly RunningPlugin[]): boolean =>
  baseDomain !== undefined && autoRoute.enabled && plugins.some(({ plugin }) => plugin.name === 'auto-route')

/** Where an error comes from, a line for each call. */
const placesIn = (err: unknown): readonly string[] =>
  err instanceof Error ? (err.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []

/** Told of containers about which any plugin has something else to say than when they were evaluated. */
const answersOf =
  (plugins: readonly RunningPlugin[]): NonNullable<ReconcilerOptions['answers']> =>
  (answered) => {
    const ends = plugins.map((plugin) => plugin.subscribe(answered))
    return () => ends.forEach((end) => end())
  }

/**
 * The wiring, as a list of facts. A test replaces a part by one line: `compose(given, (c) => provide(c, DAEMONS, {}, () => fake))`.
 */
export function compose(
  { config, log, plugins, memory = {}, listeners = {} }: Given,
  replace: (container: DependencyContainer) => void = () => undefined,
): Composition {
  const c = root.createChildContainer()
  let remembered = memory
  provide(c, CONFIG, {}, () => config)
  provide(c, LOG, {}, () => log)
  provide(c, PLUGINS, {}, () => plugins)
  provide(c, MEMORY, {}, () => remembered)
  provide(c, LISTENERS, {}, () => listeners)
  provide(c, POLICY, { config: CONFIG }, ({ config }) => policyOf(config))
  provide(c, SETTINGS, { config: CONFIG }, ({ config }) => settingsOf(config))
  provide(
    c,
    KERNEL,
    { plugins: PLUGINS, settings: SETTINGS, policy: POLICY, memory: MEMORY },
    ({ plugins, settings, policy, memory }) => createKernel(plugins, settings, policy, memory.ledger),
  )
  provide(
    c,
    DAEMONS,
    { config: CONFIG, kernel: KERNEL, log: LOG, memory: MEMORY, plugins: PLUGINS, listeners: LISTENERS },
    ({ config, kernel, log, memory, plugins, listeners }) => {
      const { sockets, goneGrace, staleLimit, resync, liveness } = config
      const timing = { goneGrace, staleLimit, resync, liveness }
      return watchDaemons({
        sockets,
        wantsPorts: (container) => kernel.wantsPorts(container),
        interestIn: (container) => kernel.interestIn(container),
        listeners: () => allListeners(),
        keepLabel: keptLabels(plugins),
        before: memory.listings,
        log,
        timing,
        ...listeners,
      })
    },
  )
  provide(
    c,
    RECONCILER,
    { config: CONFIG, log: LOG, plugins: PLUGINS, policy: POLICY, source: DAEMONS, kernel: KERNEL, memory: MEMORY },
    ({ config, log, plugins, policy, source, kernel, memory }) =>
      reconcile({
        source,
        kernel,
        before: memory.served,
        answers: answersOf(plugins),
        keep: memory.keep,
        tell: memory.tell,
        changed: memory.changed,
        lastRevision: memory.lastRevision,
        autoRoutes: makesAutoRoutes(config, plugins),
        settle: SETTLE_MS,
        startGrace: config.startGrace,
        life: { redeployGrace: config.redeployGrace, hold: config.hold, health: config.health },
        revisions: policy.guards.has('shares') ? policy.shares.revisions : Infinity,
        claimLapse: policy.claimLapse,
        onFault: (sentence, err) => {
          log.error({ err }, sentence)
          // Where it happened, for those who read sentences: they get no field of the line.
          for (const place of placesIn(err)) log.error({}, place)
        },
        onRecovery: (sentence) => {
          log.info({}, sentence)
        },
        onGraceOver: (unknown) => {
          for (const sentence of unknown)
            log.warn({}, `Not waited for any longer, so its routes aren't served: ${sentence}`)
        },
      }),
  )
  replace(c)
  const composition = { reconciler: resolve(c, RECONCILER), daemons: resolve(c, DAEMONS) }
  // Who needs it has it; what is wired here lives on, and would hold all that ran before.
  remembered = {}
  return composition
}
