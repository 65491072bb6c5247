import 'reflect-metadata'
import type { Config } from '@route-server/config'
import { watchDaemons } from '@route-server/docker'
import type { DaemonWatch } from '@route-server/docker'
import { createKernel, reconcile } from '@route-server/kernel'
import type { Kernel, LoadedPlugin, Reconciler, Served } from '@route-server/kernel'
import type { Settings } from '@route-server/plugin-api'
import { container as root } from 'tsyringe'
import type { DependencyContainer } from 'tsyringe'
import type { Log } from './log.ts'
import { settingsOf } from './settings.ts'
import { provide, resolve, token } from './tokens.ts'

/** The least time between two documents: one deploy is many events, and Traefik asks every five seconds. */
const SETTLE_MS = 100

export const CONFIG = token<Config>('config')
export const LOG = token<Log>('log')
export const PLUGINS = token<readonly LoadedPlugin[]>('plugins')
export const SETTINGS = token<Settings>('settings')
export const BEFORE = token<Served | undefined>('before')
export const KERNEL = token<Kernel>('kernel')
export const DAEMONS = token<DaemonWatch>('daemons')
export const RECONCILER = token<Reconciler>('reconciler')

export interface Given {
  readonly config: Config
  readonly log: Log
  readonly plugins: readonly LoadedPlugin[]
  /** What was served until now, when the configuration is read again. */
  readonly before?: Served | undefined
}

/** Everything that runs between the sockets and the document. */
export interface Composition {
  readonly reconciler: Reconciler
  readonly daemons: DaemonWatch
}

/** Whether the auto-route plugin is loaded and switched on. */
const makesAutoRoutes = ({ baseDomain, autoRoute }: Config, plugins: readonly LoadedPlugin[]): boolean =>
  baseDomain !== undefined && autoRoute.enabled && plugins.some(({ plugin }) => plugin.name === 'auto-route')

/**
 * The wiring, as a list of facts. A test replaces a part by one line: `compose(given, (c) => provide(c, DAEMONS, {}, () => fake))`.
 */
export function compose(
  given: Given,
  replace: (container: DependencyContainer) => void = () => undefined,
): Composition {
  const c = root.createChildContainer()
  provide(c, CONFIG, {}, () => given.config)
  provide(c, LOG, {}, () => given.log)
  provide(c, PLUGINS, {}, () => given.plugins)
  provide(c, BEFORE, {}, () => given.before)
  provide(c, SETTINGS, { config: CONFIG }, ({ config }) => settingsOf(config))
  provide(c, KERNEL, { plugins: PLUGINS, settings: SETTINGS }, ({ plugins, settings }) =>
    createKernel(plugins, settings),
  )
  provide(c, DAEMONS, { config: CONFIG, kernel: KERNEL, log: LOG }, ({ config, kernel, log }) => {
    const { sockets, goneGrace, resync, liveness } = config
    return watchDaemons({ sockets, wantsPorts: kernel.wantsPorts, log, timing: { goneGrace, resync, liveness } })
  })
  provide(
    c,
    RECONCILER,
    { config: CONFIG, log: LOG, plugins: PLUGINS, source: DAEMONS, kernel: KERNEL, before: BEFORE },
    ({ config, log, plugins, source, kernel, before }) =>
      reconcile({
        source,
        kernel,
        before,
        autoRoutes: makesAutoRoutes(config, plugins),
        settle: SETTLE_MS,
        startGrace: config.startGrace,
        onGraceOver: (unknown) => {
          for (const sentence of unknown)
            log.warn({}, `Not waited for any longer, so its routes aren't served: ${sentence}`)
        },
      }),
  )
  replace(c)
  return { reconciler: resolve(c, RECONCILER), daemons: resolve(c, DAEMONS) }
}
