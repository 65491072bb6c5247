// @ts-check
import { definePlugin } from '@route-server/plugin-api'

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/
const PATH = /^(\/[\w.~-]+)+$/

/** @typedef {{ readonly host: string, readonly stripPrefix: boolean, readonly port: number }} Options */
/** @typedef {import('@route-server/plugin-api').StandardSchemaV1<unknown, Options>} Schema */

/** What each option must be, and what it is unless told. */
const FIELDS = {
  host: {
    is: (/** @type {unknown} */ value) => typeof value === 'string' && HOST.test(value),
    what: 'a host such as app.example.com',
    unless: undefined,
  },
  stripPrefix: {
    is: (/** @type {unknown} */ value) => typeof value === 'boolean',
    what: 'true or false',
    unless: false,
  },
  port: {
    is: (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) > 0 && Number(value) <= 65_535,
    what: 'a number from 1 to 65535',
    unless: 8080,
  },
}

/**
 * The schema by hand, for an example without dependencies. `z.strictObject({ host: z.string(), … })` of zod, or any other Standard Schema, does as well.
 * @type {Schema}
 */
const options = {
  '~standard': {
    version: 1,
    vendor: 'route-plugin-paths',
    validate(value) {
      if (typeof value !== 'object' || value === null) return { issues: [{ message: 'expected a map' }] }
      const given = /** @type {Readonly<Record<string, unknown>>} */ (value)
      const unknown = Object.keys(given).filter((key) => !(key in FIELDS))
      const issues = [
        ...unknown.map((key) => ({ message: `is unknown; there are ${Object.keys(FIELDS).join(', ')}`, path: [key] })),
        ...Object.entries(FIELDS).flatMap(([key, { is, what, unless }]) =>
          is(given[key] ?? unless) ? [] : [{ message: `must be ${what}`, path: [key] }],
        ),
      ]
      if (issues.length > 0) return { issues }
      const parsed = Object.entries(FIELDS).map(([key, { unless }]) => [key, given[key] ?? unless])
      return { value: /** @type {Options} */ (Object.fromEntries(parsed)) }
    },
  },
}

export const plugin = definePlugin({
  name: 'paths',
  labels: { 'paths.prefix': 'The path of the shared host that the service answers: /cart.' },
  options,
  contribute({ labels }, { service, address, settings, options, report }) {
    const { 'paths.prefix': prefix } = labels
    if (prefix === undefined) return undefined
    if (!PATH.test(prefix)) {
      report({
        code: 'PREFIX_INVALID',
        level: 'error',
        label: 'paths.prefix',
        message: 'It is no path, so there is no route. Set paths.prefix to a path such as /cart.',
      })
      return undefined
    }
    const name = `paths-${service}`
    const { certResolver, httpEntryPoints } = settings
    return {
      http: {
        routers: {
          [name]: {
            rule: `Host(\`${options.host}\`) && PathPrefix(\`${prefix}\`)`,
            entryPoints: httpEntryPoints,
            service: name,
            ...(options.stripPrefix && { middlewares: [name] }),
            tls: certResolver === undefined ? {} : { certResolver },
          },
        },
        ...(options.stripPrefix && { middlewares: { [name]: { stripPrefix: { prefixes: [prefix] } } } }),
        services: { [name]: { loadBalancer: { servers: [{ url: `http://${address}:${options.port}` }] } } },
      },
    }
  },
})
