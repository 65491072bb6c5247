import { createKernel, EMPTY_LEDGER, rostersOf } from '@route-server/kernel'
import type { Listing, LoadedPlugin, Rendering } from '@route-server/kernel'
import type { Container, NetworkId, Settings } from '@route-server/plugin-api'
import { autoRoutePlugin } from '@route-server/plugin-auto-route'
import { httpPlugin } from '@route-server/plugin-http'
import { middlewarePlugin } from '@route-server/plugin-middleware'
import { tcpPlugin } from '@route-server/plugin-tcp'
import { udpPlugin } from '@route-server/plugin-udp'
import { hostilePlugin } from './labels/hostile-plugin.ts'

/** From containers to the route document. */
export type Pipeline = (containers: readonly Container[]) => Rendering

const listingsOf = (containers: readonly Container[]): ReadonlyMap<NetworkId, Listing> =>
  new Map(
    containers.map(({ network, daemon }) => [
      network,
      { network, daemon, containers: containers.filter((container) => container.network === network) },
    ]),
  )

/** The whole kernel with every built-in plugin and a hostile one, as it starts; nothing is remembered from one call to the next. */
export async function createPipeline(settings: Settings): Promise<Pipeline> {
  const plugins = [httpPlugin, tcpPlugin, udpPlugin, middlewarePlugin, autoRoutePlugin, hostilePlugin]
  const loaded = await Promise.all(
    plugins.map(async (plugin): Promise<LoadedPlugin> => {
      const result = await plugin.options['~standard'].validate({})
      if (result.issues) throw new Error(`The plugin ${plugin.name} has no defaults.`)
      return { plugin, options: result.value }
    }),
  )
  const claim = { network: 64, since: 0, away: 0, use: 'alone' } as const
  const ledger = { ...EMPTY_LEDGER, entryPoints: new Map(['udp udp-53', 'udp udp-9'].map((key) => [key, [claim]])) }
  return (containers) => createKernel(loaded, settings).render({ rosters: rostersOf(listingsOf(containers)), ledger })
}
