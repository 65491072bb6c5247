import { policyOf, settingsOf } from '@route-server/assembly'
import type { Sources } from '@route-server/explain'
import { fixedOwners } from '@route-server/kernel'
import type { Running } from '../running.ts'

type Known = Pick<Running, 'reconciler' | 'daemons' | 'config' | 'plugins'>
type Around = Pick<Sources, 'fetches' | 'publishedAs' | 'runsForSeconds'>

/** What the running route server knows, for whoever explains it. */
export function sourcesOf({ reconciler, daemons, config, plugins }: Known, around: Around): Sources {
  const settings = settingsOf(config)
  return {
    document: () => reconciler.view.document(),
    snapshot: () => daemons.read(),
    networks: () => reconciler.networks(),
    trace: (network, container) => reconciler.trace(network, container),
    ledger: reconciler.ledger,
    owners: fixedOwners(settings, policyOf(config)),
    settings,
    delayed: () => reconciler.delayed(),
    traefikApi: config.traefikApi,
    plugins: plugins.map(({ plugin: { name, labels } }) => ({ name, labels: Object.keys(labels) })),
    ...around,
  }
}
