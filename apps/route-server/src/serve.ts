import { loadConfig, needsRestart } from '@route-server/config'
import type { Config, Flags } from '@route-server/config'
import type { RouteView } from '@route-server/kernel'
import { createApp, listen } from '@route-server/server'
import { compose } from './compose.ts'
import type { Composition } from './compose.ts'
import { folderOf, loadPlugins } from './load-plugins.ts'
import { createLog } from './log.ts'
import type { Log } from './log.ts'
import { narrate } from './narrate.ts'
import { openStateDirectory } from './state-directory.ts'
import { VERSION } from './version.ts'

export interface ServeOptions {
  readonly file?: string | undefined
  readonly flags: Flags
  /** Called once it listens, with the address that it got. */
  readonly greet?: (address: string, config: Config, log: Log) => void
}

/** Whatever view is in force now, behind one that stays: a reload changes the one, the HTTP server keeps the other. */
const lasting = (current: () => RouteView): RouteView => ({
  document: () => current().document(),
  routers: () => current().routers(),
  ports: () => current().ports(),
  diagnostics: () => current().diagnostics(),
  daemons: () => current().daemons(),
  counts: () => current().counts(),
  get autoRoutes() {
    return current().autoRoutes
  },
})

/** Runs until a signal ends it. Whatever keeps it from starting is thrown, with a message for people. */
export async function serve({ file, flags, greet }: ServeOptions): Promise<void> {
  const folder = folderOf(file)
  let config = loadConfig({ file, flags })
  const log = createLog(config)
  openStateDirectory(config.stateDir, { chosen: config.stateDir !== loadConfig().stateDir })
  let running = start(config, await loadPlugins(config, folder), log)

  const view = lasting(() => running.reconciler.view)
  const app = createApp(view, {
    startGrace: config.startGrace,
    onError: (err, path) => {
      log.error({ err, path }, `The endpoint ${path} failed: ${err.message}`)
    },
  })
  const server = await listen(app, {
    ...config.listen,
    view,
    onError: (err) => {
      log.warn({ err }, `A connection failed: ${err.message}`)
    },
  }).catch(async (error: unknown) => {
    await stop(running)
    throw error
  })
  log.info({ version: VERSION }, `route-server ${VERSION} watches ${config.sockets.join(', ')}`)
  log.info({ address: server.address }, `Listening on ${server.address}`)
  greet?.(server.address, config, log)

  /** Builds beside, then swaps: the old document is served until the new one is known. */
  async function reload(): Promise<void> {
    try {
      const next = loadConfig({ file, flags })
      const plugins = await loadPlugins(next, folder)
      for (const key of needsRestart(config, next))
        log.warn({ key }, `A new value of ${key} takes effect at the next start.`)
      const old = running
      running = start(next, plugins, log, old)
      config = next
      await stop(old)
      log.info({ file }, 'Read the configuration again; it is in force.')
    } catch (error) {
      log.error(
        { file },
        `The configuration is not in force, the old one stays: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }

  let reloading = Promise.resolve()
  const onHangup = (): void => {
    reloading = reloading.then(reload)
  }
  process.on('SIGHUP', onHangup)
  const signal = await new Promise<string>((ended) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, ended)
  })
  log.info({ signal }, `Stopping (${signal}).`)
  process.off('SIGHUP', onHangup)
  await Promise.all([server.close(), stop(running)])
}

function start(
  config: Config,
  plugins: Awaited<ReturnType<typeof loadPlugins>>,
  log: Log,
  old?: Composition,
): Composition {
  const composition = compose({ config, plugins, log, before: old?.reconciler.served() })
  composition.reconciler.subscribe((change) => {
    narrate(change, log)
  })
  return composition
}

async function stop({ reconciler, daemons }: Composition): Promise<void> {
  reconciler.close()
  await daemons.close()
}
