import { definePlugin, noOptions, targetOf } from '@route-server/plugin-api'
import { link } from '@route-server/traefik'

export const tcpPlugin = definePlugin({
  name: 'tcp',
  labels: {
    'traefik.tcp.routers.{name}': 'A TCP router: its rule, entry points, middlewares, TLS and service.',
    'traefik.tcp.services.{name}': 'A TCP service: the port that the container listens on.',
  },
  options: noOptions,
  contribute: (container, context) => link('tcp', context.traefik, targetOf(container, context), context.report),
})
