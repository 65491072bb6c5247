import { DEFAULT_POLICY, type LoadedPlugin, type Policy } from '@route-server/kernel'
import type { Settings } from '@route-server/plugin-api'
import { autoRoutePlugin } from '@route-server/plugin-auto-route'
import { httpPlugin } from '@route-server/plugin-http'
import { middlewarePlugin } from '@route-server/plugin-middleware'
import { tcpPlugin } from '@route-server/plugin-tcp'
import { udpPlugin } from '@route-server/plugin-udp'
import { BASE_DOMAIN } from './fixtures.ts'

/** All built-in plugins as the route server loads them when nothing is configured. */
export async function defaultPlugins(): Promise<readonly LoadedPlugin[]> {
  const plugins = [httpPlugin, tcpPlugin, udpPlugin, middlewarePlugin, autoRoutePlugin]
  return Promise.all(
    plugins.map(async (plugin) => {
      const result = await plugin.options['~standard'].validate({})
      if (result.issues) throw new Error(`The plugin ${plugin.name} has no defaults.`)
      return { plugin, options: result.value }
    }),
  )
}

export const SETTINGS: Settings = {
  baseDomain: BASE_DOMAIN,
  certResolver: 'letsencrypt',
  httpEntryPoints: ['websecure', 'websecure-v6'],
  allowedReferences: [],
}

/** Where all containers of the bench are within their network's shares. */
export const POLICY: Policy = {
  ...DEFAULT_POLICY,
  shares: { ...DEFAULT_POLICY.shares, hosts: Infinity, bytes: Infinity, certificateHosts: Infinity },
}
