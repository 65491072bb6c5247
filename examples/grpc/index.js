// @ts-check
import { definePlugin, noOptions } from '@route-server/plugin-api'

/** @param {string} text */
const isPort = (text) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535

/** How often Traefik asks a server whether it is well. */
const INTERVAL = '10s'

export const plugin = definePlugin({
  name: 'grpc',
  labels: {
    'grpc.enable': 'true: the service speaks gRPC, and is routed.',
    'grpc.port': 'The port on which it listens; 50051 unless told.',
    'grpc.health': 'false: it has no health service (grpc.health.v1), so Traefik asks for none.',
  },
  options: noOptions,
  contribute({ labels, network }, { service, address, settings, report }) {
    const { 'grpc.enable': enable, 'grpc.port': port = '50051', 'grpc.health': health } = labels
    if (enable !== 'true') return undefined
    const { baseDomain, certResolver, httpEntryPoints } = settings
    if (baseDomain === undefined) {
      report({
        code: 'GRPC_DOMAIN_MISSING',
        level: 'error',
        label: 'grpc.enable',
        message: 'There is no host to give, so there is no gRPC route. Ask the operator to set baseDomain.',
      })
      return undefined
    }
    if (!isPort(port)) {
      report({
        code: 'GRPC_PORT_INVALID',
        level: 'error',
        label: 'grpc.port',
        message: 'The port is none, so there is no gRPC route. Set grpc.port to a number from 1 to 65535.',
      })
      return undefined
    }
    // The automatic route of the same container has this name and this host, and yields.
    const name = service
    return {
      http: {
        routers: {
          [name]: {
            rule: `Host(\`${service}-${network}.${baseDomain}\`)`,
            entryPoints: httpEntryPoints,
            service: name,
            tls: certResolver === undefined ? {} : { certResolver },
          },
        },
        services: {
          [name]: {
            loadBalancer: {
              // gRPC is HTTP/2, here without TLS.
              servers: [{ url: `h2c://${address}:${port}` }],
              ...(health !== 'false' && { healthCheck: { mode: 'grpc', interval: INTERVAL } }),
            },
          },
        },
      },
    }
  },
})
