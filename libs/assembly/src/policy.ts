import type { Config } from '@route-server/config'
import { guardsOf } from '@route-server/kernel'
import type { Policy } from '@route-server/kernel'

/** What the operator says about networks; plugins don't get it. */
export function policyOf(config: Config): Policy {
  const { tenancy, hosts, forks, dynamicPorts, claimLapse, hold, shares, limits } = config
  const { catchAll, upstreams, files, plugins, tlsStores } = config.allow
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
  }
}
