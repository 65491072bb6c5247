import { definePlugin, noOptions, targetOf } from '@route-server/plugin-api'
import { link } from '@route-server/traefik'

export const udpPlugin = definePlugin({
  name: 'udp',
  labels: {
    'traefik.udp.routers.{name}': 'A UDP router: its entry points and service.',
    'traefik.udp.services.{name}': 'A UDP service: the port that the container listens on.',
  },
  options: noOptions,
  contribute: (container, context) => link('udp', context.traefik, targetOf(container, context), context.report),
})
