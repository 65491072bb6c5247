import { definePlugin, noOptions } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { both, portRoutes } from '@route-server/port-routes'
import { link } from '@route-server/traefik'

export const tcpPlugin = definePlugin({
  name: 'tcp',
  labels: {
    'traefik.tcp.routers.{name}': 'A TCP router: its rule, entry points, middlewares, TLS and service.',
    'traefik.tcp.services.{name}': 'A TCP service: the port that the container listens on.',
    'rediacc.tcp_ports': 'Ports of the service, a comma list: each gets an entry point of its own.',
  },
  options: noOptions,
  contribute: (container, context) =>
    both(
      link('tcp', context.traefik, targetOf(container, context), context.report),
      portRoutes('tcp', container, context),
      'tcp',
    ),
})
