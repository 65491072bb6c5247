import { readToken } from '@route-server/config'
import type { Config } from '@route-server/config'
import type { Beginning, History } from '@route-server/history'
import type { Meter } from '@route-server/metrics'
import type { Publisher } from '@route-server/publish'
import type { State } from '@route-server/state'
import { createAfterwards } from './afterwards.ts'
import { routersSaid, tellDaemons } from './changes.ts'
import type { Changes } from './changes.ts'
import { compose } from './compose.ts'
import type { Composition, Memory } from './compose.ts'
import { keepListings } from './keep-listings.ts'
import { loadPlugins } from '@route-server/assembly'
import type { RunningPlugin } from '@route-server/assembly'
import type { Log } from './log.ts'
import { narrate } from './narrate.ts'
import { tellDiagnostics } from './tell-diagnostics.ts'

/** Everything that a configuration brings about; a reload replaces it as a whole. */
export interface Running extends Composition {
  readonly config: Config
  readonly plugins: readonly RunningPlugin[]
  readonly token: string | undefined
  /** What the operator should know; sentences. */
  readonly warnings: readonly string[]
  stop(): Promise<void>
}

const NO_TOKEN = { token: undefined, warnings: [] } as const

/** What outlives a reload. */
export interface Keepers {
  readonly log: Log
  readonly state: State
  /** Nothing where Traefik polls. */
  readonly publisher: Publisher | undefined
  readonly meter: Meter
  readonly history: History
  readonly changes: Changes
}

/**
 * Starts what the configuration says. `remembered`: of the time before, asked for when all that takes time is done. `because`: what the first
 * document comes from.
 */
export async function start(
  config: Config,
  folder: string,
  because: Beginning,
  { log, state, publisher, meter, history, changes }: Keepers,
  remembered: () => Memory,
): Promise<Running> {
  const { token, warnings } = config.tokenFile === undefined ? NO_TOKEN : readToken(config.tokenFile)
  for (const warning of warnings) log.warn({}, warning)
  const plugins = await loadPlugins(config, folder)
  const { latency } = meter
  const tellPeople = tellDiagnostics(log)
  /** How often something was served, whether or not the document became another by it. */
  let turns = 0
  const closePlugins = (): Promise<unknown> => Promise.all(plugins.map((plugin) => plugin.close()))
  const afterwards = createAfterwards((err) => log.error({ err }, "A change is served, and couldn't be told."))
  let composition: Composition
  try {
    composition = compose({
      config,
      plugins,
      log,
      memory: {
        ...remembered(),
        lastRevision: state.history.at(-1)?.revision,
        keep: (change) => state.keepClaims(change),
        tell(news) {
          turns += 1
          meter.tell(news)
          // The page marks what is other than at the change before.
          changes.tell(() => routersSaid(news))
          afterwards.add(() => tellPeople(news))
        },
        changed(change) {
          latency.publish()
          publisher?.publish(change.document)
          history.add(change, turns === 1 ? because : undefined)
          afterwards.add(() => narrate(change, log))
        },
      },
      listeners: {
        called: (call) => meter.called(call),
        heard(event) {
          latency.hear(event)
          history.hear(event)
        },
      },
    })
  } catch (error) {
    afterwards.drop()
    await closePlugins()
    throw error
  }
  const { reconciler, daemons } = composition
  const ignoreDaemons = tellDaemons(daemons, changes)
  let forget = (): void => undefined
  async function stop(): Promise<void> {
    ignoreDaemons()
    forget()
    reconciler.close()
    afterwards.flush()
    await daemons.close()
    await closePlugins()
  }
  try {
    forget = keepListings(daemons, {
      state,
      redeployGrace: config.redeployGrace,
    })
  } catch (error) {
    afterwards.drop()
    await stop()
    throw error
  }
  return { ...composition, config, plugins, token, warnings, stop }
}
