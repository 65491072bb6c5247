import { definePlugin } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { httpRoute } from '@route-server/traefik'
import { options } from './options.ts'
import { portOf, PORT_LABEL } from './port.ts'

export const autoRoutePlugin = definePlugin({
  name: 'auto-route',
  labels: { [PORT_LABEL]: 'The port of the automatic route, where the image exposes none, or another one.' },
  options,
  yields: true,
  contribute(container, context) {
    const { networks, ...everybody } = context.options
    const { enabled, nonHttpPorts, seenPorts, ...guards } = { ...everybody, ...networks[container.network] }
    if (!enabled || context.traefik.state !== 'none') return undefined

    const { service, address, automaticRouter: router } = targetOf(container, context)
    if (router === undefined) {
      context.report({
        code: 'BASE_DOMAIN_MISSING',
        level: 'info',
        message: 'There is no automatic route without a base domain. Start the route server with --base-domain.',
      })
      return undefined
    }
    const port = portOf(container, context, { nonHttpPorts, seenPorts })
    return port === undefined ? undefined : httpRoute({ name: service, router, address, port, ...guards })
  },
})
