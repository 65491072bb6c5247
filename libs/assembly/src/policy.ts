import type { Config } from '@route-server/config'
import { guardsOf } from '@route-server/kernel'
import type { Policy } from '@route-server/kernel'
import { builtInPlugins } from './plugins.ts'

/** What the operator says about networks; plugins don't get it. */
export function policyOf(config: Config): Policy {
  const { tenancy, hosts, forks, dynamicPorts, claimLapse, hold, shares, limits } = config
  const { catchAll, upstreams, files, plugins, tlsStores } = config.allow
  const enabled = new Set(config.plugins.map(({ name }) => name))
  return {
    tenancy,
    guards: guardsOf(tenancy),
    hosts,
    catchAll,
    upstreams,
    files,
    plugins,
    tlsStores,
    forks,
    dynamicPorts,
    claimLapse,
    hold,
    shares,
    limits,
    notEnabled: builtInPlugins.filter(({ name }) => !enabled.has(name)),
  }
}
