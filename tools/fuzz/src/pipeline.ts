import { defaultPlugins } from '@route-server/assembly'
import { createKernel, DEFAULT_POLICY, EMPTY_LEDGER, guardsOf, render, residentsOf } from '@route-server/kernel'
import type { Listing, LoadedPlugin, Policy, Rendering } from '@route-server/kernel'
import type { Container, NetworkId, Settings } from '@route-server/plugin-api'
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

const TRUSTED = { ...DEFAULT_POLICY, tenancy: 'trusted', guards: guardsOf('trusted') } as const

const labelsIn = (containers: readonly Container[]): number =>
  containers.reduce((sum, { labels }) => sum + Object.keys(labels).length, 0)

/** Strangers' labels can't say everything that friends' can, and friends' meet nobody: every other case, by what is in it. */
const policyFor = (containers: readonly Container[]): Policy =>
  labelsIn(containers) % 2 === 0 ? DEFAULT_POLICY : TRUSTED

/** The whole kernel with every built-in plugin and a hostile one, as it starts; nothing is remembered from one call to the next. */
export async function createPipeline(settings: Settings): Promise<Pipeline> {
  const loaded: readonly LoadedPlugin[] = [...(await defaultPlugins()), { plugin: hostilePlugin, options: undefined }]
  const claim = { network: 64, since: 0, away: 0, use: 'alone' } as const
  const ledger = { ...EMPTY_LEDGER, entryPoints: new Map(['udp udp-53', 'udp udp-9'].map((key) => [key, [claim]])) }
  return (containers) =>
    render(createKernel(loaded, settings, policyFor(containers), ledger), residentsOf(listingsOf(containers).values()))
}
