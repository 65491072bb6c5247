import { definePlugin, noOptions } from '@route-server/plugin-api'
import { pick } from '@route-server/traefik'

export const middlewarePlugin = definePlugin({
  name: 'middleware',
  labels: {
    'traefik.http.middlewares.{name}': 'An HTTP middleware, for any router of the network to name.',
    'traefik.tcp.middlewares.{name}': 'A TCP middleware, for any TCP router of the network to name.',
  },
  options: noOptions,
  contribute: (_, { traefik }) => pick(traefik.configuration, ['http.middlewares', 'tcp.middlewares']),
})
