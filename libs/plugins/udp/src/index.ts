import { definePlugin, noOptions } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { both, portRoutes } from '@route-server/port-routes'
import { link } from '@route-server/traefik'

export const udpPlugin = definePlugin({
  name: 'udp',
  labels: {
    'traefik.udp.routers.{name}': 'A UDP router: its entry points and service.',
    'traefik.udp.services.{name}': 'A UDP service: the port that the container listens on.',
    'rediacc.udp_ports': 'Ports of the service, a comma list: each gets an entry point of its own.',
  },
  options: noOptions,
  contribute: (container, context) =>
    both(
      link('udp', context.traefik, targetOf(container, context), context.report),
      portRoutes('udp', container, context),
      'udp',
    ),
})
