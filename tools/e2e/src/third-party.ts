import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A schema as plugin authors write it who have no library for that: one required text. */
const schema = (key: string): string => `{
    '~standard': {
      version: 1,
      vendor: 'acme',
      validate(value) {
        return typeof value?.${key} === 'string'
          ? { value }
          : { issues: [{ message: 'expected the text ${key}', path: ['${key}'] }] }
      },
    },
  }`

const NO_OPTIONS = `{ '~standard': { version: 1, vendor: 'acme', validate: () => ({ value: undefined }) } }`

/** `acme.path=/cart` on a container: a router for that path of the host in the options. */
const PATHS = `export const plugin = {
  apiVersion: 1,
  name: 'acme-paths',
  labels: { 'acme.path': 'Path of the shop that this container serves.' },
  options: ${schema('host')},
  contribute(container, context) {
    const path = container.labels['acme.path']
    if (path === undefined) return undefined
    const name = 'acme-' + context.service
    return {
      http: {
        routers: {
          [name]: {
            rule: 'Host(\`' + context.options.host + '\`) && PathPrefix(\`' + path + '\`)',
            entryPoints: ['websecure'],
            service: name,
          },
        },
        services: { [name]: { loadBalancer: { servers: [{ url: 'http://' + context.address + ':8080' }] } } },
      },
    }
  },
}
`

/** `acme.port=7000` on a container: a TCP router to it on the entry point in the options. */
const PORTS = `module.exports = {
  apiVersion: 1,
  name: 'acme-ports',
  labels: { 'acme.port': 'TCP port to publish.' },
  options: ${schema('entryPoint')},
  contribute(container, { address, options }) {
    const port = container.labels['acme.port']
    if (port === undefined) return undefined
    return {
      tcp: {
        routers: { acme: { rule: 'HostSNI(\`*\`)', entryPoints: [options.entryPoint], service: 'acme' } },
        services: { acme: { loadBalancer: { servers: [{ address: address + ':' + port }] } } },
      },
    }
  },
}
`

/** Throws for a container with `acme.faulty`; what it gives for `acme.poison` Traefik would refuse. */
const FAULTY = `export default {
  apiVersion: 1,
  name: 'acme-faulty',
  labels: { 'acme.faulty': 'Makes it throw.', 'acme.poison': 'Makes it contribute nonsense.' },
  options: ${NO_OPTIONS},
  contribute({ labels }) {
    if ('acme.faulty' in labels) throw new Error('not my day')
    if ('acme.poison' in labels)
      return { http: { services: {}, routers: { bad: { rule: 5, nonsense: true } } }, nonsense: { a: { b: 1 } } }
    return undefined
  },
}
`

const OUTDATED = FAULTY.replace('apiVersion: 1', 'apiVersion: 99')
const EMPTY = 'export const something = 1\n'
const BROKEN = 'export const plugin = {\n'

/** Plugins of strangers, that import nothing, as files in `folder`. */
export async function writePlugins(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const files = {
    'paths.mjs': PATHS,
    'ports.cjs': PORTS,
    'faulty.mjs': FAULTY,
    'outdated.mjs': OUTDATED,
    'empty.mjs': EMPTY,
    'broken.mjs': BROKEN,
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
}
