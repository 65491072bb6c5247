// @ts-check
import { definePlugin, noOptions } from '@route-server/plugin-api'

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/

/** @param {string} text */
const isPort = (text) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535

export const plugin = definePlugin({
  name: '{{name}}',
  labels: {
    '{{name}}.host': 'The host at which the service is reached.',
    '{{name}}.port': 'The port on which it listens; 8080 unless told.',
  },
  options: noOptions,
  contribute({ labels }, { service, address, settings, report }) {
    const { '{{name}}.host': host, '{{name}}.port': port = '8080' } = labels
    if (host === undefined) return undefined
    if (!HOST.test(host) || host.length > 253) {
      report({
        code: 'HOST_INVALID',
        level: 'error',
        label: '{{name}}.host',
        message: 'The host is none, so there is no route. Set {{name}}.host to a host such as app.example.com.',
      })
      return undefined
    }
    if (!isPort(port)) {
      report({
        code: 'PORT_INVALID',
        level: 'error',
        label: '{{name}}.port',
        message: 'The port is none, so there is no route. Set {{name}}.port to a number from 1 to 65535.',
      })
      return undefined
    }
    const name = `{{name}}-${service}`
    const { certResolver, httpEntryPoints } = settings
    return {
      http: {
        routers: {
          [name]: {
            rule: `Host(\`${host}\`)`,
            entryPoints: httpEntryPoints,
            service: name,
            tls: certResolver === undefined ? {} : { certResolver },
          },
        },
        services: { [name]: { loadBalancer: { servers: [{ url: `http://${address}:${port}` }] } } },
      },
    }
  },
})
