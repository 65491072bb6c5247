// @ts-check
import { definePlugin, noOptions } from '@route-server/plugin-api'

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/
const TARGET = /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[\w.~/-]*)?$/

/** @param {string} text */
const withoutSlash = (text) => text.replace(/\/$/, '')

export const plugin = definePlugin({
  name: 'static-redirects',
  labels: {
    'redirect.from': 'The host whose requests are sent elsewhere; several with commas between.',
    'redirect.to':
      'Where they are sent: https://new.example.com, with a path if wanted. The path that was asked for is added.',
  },
  options: noOptions,
  contribute({ labels }, { service, address, settings, report }) {
    const { 'redirect.from': from, 'redirect.to': to } = labels
    if (from === undefined) return undefined
    const hosts = from.split(',').map((host) => host.trim())
    if (!hosts.every((host) => HOST.test(host) && host.length <= 253)) {
      report({
        code: 'REDIRECT_FROM_INVALID',
        level: 'error',
        label: 'redirect.from',
        message:
          'It names what is no host, so nothing is redirected. Set redirect.from to hosts such as old.example.com.',
      })
      return undefined
    }
    if (to === undefined || !TARGET.test(to)) {
      report({
        code: 'REDIRECT_TO_INVALID',
        level: 'error',
        label: 'redirect.to',
        message:
          'There is nowhere to go, so nothing is redirected. Set redirect.to to an address such as https://new.example.com.',
      })
      return undefined
    }
    const name = `redirect-${service}`
    const { certResolver, httpEntryPoints } = settings
    return {
      http: {
        routers: {
          [name]: {
            rule: hosts.map((host) => `Host(\`${host}\`)`).join(' || '),
            entryPoints: httpEntryPoints,
            middlewares: [name],
            service: name,
            tls: certResolver === undefined ? {} : { certResolver },
          },
        },
        middlewares: {
          [name]: {
            redirectRegex: { regex: '^https?://[^/]+/(.*)$', replacement: `${withoutSlash(to)}/$1`, permanent: true },
          },
        },
        // Traefik wants every router to lead somewhere; no request gets there.
        services: { [name]: { loadBalancer: { servers: [{ url: `http://${address}` }] } } },
      },
    }
  },
})
