import type { Plugin } from '@route-server/plugin-api'
import { autoRoutePlugin } from '@route-server/plugin-auto-route'
import { httpPlugin } from '@route-server/plugin-http'
import { middlewarePlugin } from '@route-server/plugin-middleware'
import { tcpPlugin } from '@route-server/plugin-tcp'
import { udpPlugin } from '@route-server/plugin-udp'

/** The plugins that come with the route server. Which of them run, the configuration says. */
export const builtInPlugins: readonly Plugin[] = [httpPlugin, tcpPlugin, udpPlugin, middlewarePlugin, autoRoutePlugin]
