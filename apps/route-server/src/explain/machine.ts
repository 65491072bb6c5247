import type { Config } from '@route-server/config'
import type { MachineFacts, MachineSettings } from '@route-server/explain'
import { isRouter } from '@route-server/kernel'
import type { Running } from '../running.ts'

/** Hosts whose certificates are looked at. */
const MOST_HOSTS = 20

export const machineSettingsOf = (
  { machine, listen, publish, baseDomain, entryPoints, traefikVersion, traefikApi, stateDir }: Config,
  hasToken: boolean,
): MachineSettings => ({
  ...(machine !== undefined && { machine }),
  listen,
  hasToken,
  ...(publish && { publishedAs: publish.file }),
  ...(baseDomain !== undefined && { baseDomain }),
  ...(entryPoints && { entryPoints }),
  traefikVersion,
  ...(traefikApi !== undefined && { traefikApi }),
  stateDir,
})

/** Those that a certificate resolver gets certificates for, one of them for all that the wildcard covers. */
function hostsOf({ reconciler, config: { baseDomain } }: Running): readonly string[] {
  const hosts = new Set<string>()
  let isWildcardIn = false
  for (const { entries } of reconciler.networks())
    for (const entry of entries.values()) {
      const { rule, tls } = entry.value
      if (hosts.size >= MOST_HOSTS) return [...hosts]
      if (!isRouter(entry) || typeof rule !== 'string' || typeof tls !== 'object') continue
      const host = /\bHost\(`([^`*]+)`\)/.exec(rule)?.[1]
      if (host === undefined) continue
      const isAutomatic = baseDomain !== undefined && host.slice(host.indexOf('.') + 1) === baseDomain
      if (!isAutomatic || !isWildcardIn) hosts.add(host)
      isWildcardIn ||= isAutomatic
    }
  return [...hosts]
}

/** By name, how many routers name an entry point that Traefik doesn't have. */
function unregisteredIn({ reconciler }: Running): MachineFacts['unregistered'] {
  const counts = new Map<string, number>()
  for (const { code, message } of reconciler.view.diagnostics()) {
    const name = code === 'ENTRY_POINT_UNREGISTERED' ? /entry point "([^"]*)"/.exec(message)?.[1] : undefined
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([entryPoint, routers]) => ({ entryPoint, routers }))
}

/** What the running route server knows about its machine. */
export function machineFactsOf(
  running: Running,
  around: Pick<MachineFacts, 'fetches' | 'problems' | 'runsForSeconds'>,
): MachineFacts {
  const { reconciler, daemons, config, token } = running
  const document = reconciler.view.document()
  const snapshot = daemons.read()
  return {
    settings: machineSettingsOf(config, token !== undefined),
    document: 'waitingFor' in document ? document : { revision: document.revision },
    daemons: snapshot.daemons,
    diagnostics: snapshot.diagnostics,
    unregistered: unregisteredIn(running),
    hosts: hostsOf(running),
    ...around,
  }
}
