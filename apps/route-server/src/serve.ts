import { loadConfig, needsRestart } from '@route-server/config'
import type { Config, Flags } from '@route-server/config'
import type { RouteView } from '@route-server/kernel'
import { createHistory } from '@route-server/history'
import type { History } from '@route-server/history'
import { createMeter } from '@route-server/metrics'
import type { Meter } from '@route-server/metrics'
import { createPublisher } from '@route-server/publish'
import type { Publisher } from '@route-server/publish'
import { createApp, createControlServer, healthOf, listen, maskSecrets, Starting } from '@route-server/server'
import type { AppOptions } from '@route-server/server'
import { openState } from '@route-server/state'
import type { State } from '@route-server/state'
import { appOptions } from './app-options.ts'
import { createChanges } from './changes.ts'
import type { Changes } from './changes.ts'
import { claimsIn, controlOf } from './control.ts'
import type { InForce } from './control.ts'
import { folderOf, policyOf, settingsOf } from '@route-server/assembly'
import { giveBackMemory, tuneEngine } from './engine.ts'
import { explainer } from './explain/explain.ts'
import { rememberFetches } from './explain/fetches.ts'
import { machineFactsOf } from './explain/machine.ts'
import { sourcesOf } from './explain/sources.ts'
import { createLog } from './log.ts'
import type { Log } from './log.ts'
import { start } from './running.ts'
import type { Running } from './running.ts'
import { serviceManager } from './service-manager.ts'
import { VERSION } from './version.ts'

export interface ServeOptions {
  readonly file?: string | undefined
  readonly flags: Flags
  /** Called once it listens, with the address that it got. */
  readonly greet?: ((address: string, config: Config, log: Log) => void) | undefined
}

/** Whatever view is in force now, behind one that stays: a reload changes the one, the HTTP server keeps the other. */
const lasting = (current: () => RouteView): RouteView => ({
  document: () => current().document(),
  routers: () => current().routers(),
  networks: () => current().networks(),
  ports: () => current().ports(),
  diagnostics: () => current().diagnostics(),
  daemons: () => current().daemons(),
  counts: () => current().counts(),
  get autoRoutes() {
    return current().autoRoutes
  },
})

/** One line for `systemctl status`. */
function statusOf(view: RouteView): string {
  const { http, tcp, udp } = view.counts().routers
  return `${http} HTTP, ${tcp} TCP and ${udp} UDP routers of ${view.daemons().length} daemons`
}

/** Runs until a signal ends it. Whatever keeps it from starting is thrown, with a message for people. */
export async function serve({ file, flags, greet }: ServeOptions): Promise<void> {
  tuneEngine()
  const folder = folderOf(file)
  const first = loadConfig({ file, flags })
  const log = createLog(first)
  let running: Running | undefined
  const current = (): Running => {
    if (!running) throw new Starting()
    return running
  }
  const whenStarted = <T>(ask: () => T): T => {
    current()
    return ask()
  }
  const view = lasting(() => current().reconciler.view)
  const fetches = rememberFetches()
  const startedAt = performance.now()
  const around = () => ({ fetches: fetches.facts(), runsForSeconds: (performance.now() - startedAt) / 1000 })
  const explain = explainer(() => sourcesOf(current(), { ...around(), publishedAs: first.publish?.file }))
  const problems = (): readonly string[] =>
    [current().reconciler.problem(), state.problem(), publisher?.problem()].filter((one) => one !== undefined)
  const machine = () => machineFactsOf(current(), { ...around(), problems: problems() })
  const inForce = (): InForce => {
    const { reconciler, plugins, config } = current()
    return { reconciler, plugins, policy: policyOf(config), settings: settingsOf(config) }
  }
  const control = controlOf(inForce)
  const chosen = first.stateDir !== loadConfig().stateDir
  const state = await openState(first.stateDir, {
    chosen,
    program: VERSION,
    control: createControlServer(control, {
      explain,
      machine,
      history: () => whenStarted(() => history.revisions()),
      health: () => whenStarted(() => healthOf(view, options)),
      view,
      onError: (err, path) => {
        log.error({ err, path }, `${path} of the control socket failed: ${err.message}`)
      },
    }),
    log,
  })
  const meter = createMeter()
  const onPublished = (): void => meter.latency.fetch()
  const publisher = first.publish && createPublisher({ ...first.publish, log, onPublished })
  const history = createHistory({ keeper: state, mask: maskSecrets })
  const keepers = { log, state, publisher, meter, history, changes: createChanges() }
  const options = appOptions(current, {
    ...keepers,
    first,
    view,
    claims: () => claimsIn(inForce()),
    explain,
    problems,
    onFetch: (fetch) => {
      fetches.note(fetch)
      meter.polled(fetch.status)
    },
  })
  try {
    running = await start(first, folder, 'start', keepers, () => ({
      ledger: state.ledger,
      listings: state.takeListings(),
    }))
    await run(current, (next) => (running = next), {
      file,
      flags,
      folder,
      greet,
      view,
      options,
      ...keepers,
    })
  } finally {
    await running?.stop()
    await publisher?.close()
    history.close()
    await state.close()
  }
}

interface Run extends ServeOptions {
  readonly folder: string
  readonly log: Log
  readonly state: State
  readonly publisher: Publisher | undefined
  readonly meter: Meter
  readonly history: History
  readonly changes: Changes
  readonly view: RouteView
  readonly options: AppOptions
}

/** Listens, and answers signals until one of them ends it. */
async function run(
  current: () => Running,
  replace: (next: Running) => void,
  { file, flags, folder, log, state, publisher, meter, history, changes, greet, view, options }: Run,
): Promise<void> {
  const { config } = current()
  const { publishedAs } = options
  const server = await listen(createApp(view, options), {
    ...config.listen,
    ...(publishedAs === undefined && { view, underWay: () => current().daemons.underWay() }),
    onFetch: options.onFetch,
    onError: (err) => {
      log.warn({ err }, `A connection failed: ${err.message}`)
    },
  })
  log.info({ version: VERSION }, `route-server ${VERSION} watches ${config.sockets.join(', ')}`)
  log.info({ address: server.address }, `Listening on ${server.address}`)
  if (publishedAs !== undefined)
    log.info({ file: publishedAs }, `The route document is published as ${publishedAs}, not at /routes.yaml`)
  greet?.(server.address, config, log)
  const manager = serviceManager()
  const quiet = manager.live(() => statusOf(view))
  const waiting = setInterval(() => {
    if ('waitingFor' in view.document()) return
    clearInterval(waiting)
    void manager.ready(statusOf(view))
  }, 50)
  const graceEnds = performance.now() + config.startGrace
  // With listings from disk the document is there before any daemon is heard.
  const isHeard = (): boolean => view.daemons().every(({ state }) => state === 'live' || state === 'gone')
  const keepMemory = giveBackMemory(
    () => !('waitingFor' in view.document()) && (isHeard() || performance.now() > graceEnds),
  )

  /** Builds beside, then swaps: the old document is served until the new one is known. */
  async function reload(): Promise<void> {
    try {
      const old = current()
      const next = loadConfig({ file, flags })
      for (const key of needsRestart(old.config, next))
        log.warn({ key }, `A new value of ${key} takes effect at the next start.`)
      const { reconciler, daemons } = old
      const memory = () => ({
        ledger: reconciler.ledger,
        listings: daemons.read().listings,
        served: reconciler.served(),
      })
      replace(await start(next, folder, 'settings', { log, state, publisher, meter, history, changes }, memory))
      await old.stop()
      changes.tell(() => 'The configuration was read again.')
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
    reloading = reloading
      .then(() => manager.reloading())
      .then(reload)
      .then(() => manager.ready(statusOf(view)))
  }
  process.on('SIGHUP', onHangup)
  const signal = await new Promise<string>((ended) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, ended)
  })
  log.info({ signal }, `Stopping (${signal}).`)
  process.off('SIGHUP', onHangup)
  // Whatever it is starting is stopped, too.
  await reloading
  clearInterval(waiting)
  keepMemory()
  quiet()
  await manager.stopping()
  await server.close()
}
