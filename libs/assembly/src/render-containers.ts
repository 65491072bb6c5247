import type { Config } from '@route-server/config'
import { createKernel, diagnosticsOf, render, residentsOf } from '@route-server/kernel'
import type { Listing, NetworkRoutes } from '@route-server/kernel'
import type { Container, Diagnostic } from '@route-server/plugin-api'
import { ALL_THE_TIME } from './bounded.ts'
import { loadPlugins } from './load-plugins.ts'
import type { RunningPlugin } from './load-plugins.ts'
import { policyOf } from './policy.ts'
import { settingsOf } from './settings.ts'

/** What containers come to. */
export interface RenderedContainers {
  /** The route document. */
  readonly bytes: Uint8Array
  readonly networks: readonly NetworkRoutes[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Resolves when a plugin has something else to say. */
const whenTold = (plugins: readonly RunningPlugin[]): Promise<void> =>
  new Promise((resolve) => {
    for (const { subscribe } of plugins) {
      const end = subscribe(() => {
        end()
        resolve()
      })
    }
  })

/**
 * What the route server would serve for these containers if they were all there are, without any daemon.
 *
 * @param folder where plugins are looked for that don't come with the route server
 */
export async function renderContainers(
  containers: readonly Container[],
  config: Config,
  folder: string,
): Promise<RenderedContainers> {
  const plugins = await loadPlugins(config, folder, ALL_THE_TIME)
  const listings = new Map<number, Listing>()
  for (const container of containers) {
    const { network, daemon } = container
    const known = listings.get(network)?.containers ?? []
    listings.set(network, { network, daemon, containers: [...known, container] })
  }
  // A plugin that was ended has to be started again before it answers for the others.
  const patient = setInterval(() => undefined, 60_000)
  try {
    for (;;) {
      const told = whenTold(plugins)
      const kernel = createKernel(plugins, settingsOf(config), policyOf(config))
      const { bytes, networks } = render(kernel, residentsOf(listings.values()))
      const diagnostics = networks.flatMap(diagnosticsOf)
      if (!diagnostics.some(({ code }) => code === 'PLUGIN_BEHIND')) return { bytes, networks, diagnostics }
      await told
    }
  } finally {
    clearInterval(patient)
    await Promise.all(plugins.map((plugin) => plugin.close()))
  }
}
