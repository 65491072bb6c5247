import { definePlugin, noOptions } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { link } from '@route-server/traefik'

export const httpPlugin = definePlugin({
  name: 'http',
  labels: {
    'traefik.http.routers.{name}': 'An HTTP router: its rule, entry points, middlewares, TLS and service.',
    'traefik.http.services.{name}':
      'An HTTP service: the port that the container listens on, and how requests are spread and checked.',
  },
  options: noOptions,
  contribute: (container, context) => link('http', context.traefik, targetOf(container, context), context.report),
})
