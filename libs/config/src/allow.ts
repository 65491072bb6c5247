import { isIPv4 } from 'node:net'
import { posix } from 'node:path'
import { HOST_NAME, list, networkId, section, text } from './parts.ts'
import { z } from 'zod'

const UPSTREAM = 'expected a host or an IPv4 address, with a port or without, or a range such as 10.0.0.0/8'

/** `authelia.internal`, `authelia.internal:9091`, `10.0.0.5`, `10.0.0.5:80`, `10.0.0.0/8`. */
function isUpstream(text: string): boolean {
  const [, range, bits] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? []
  if (range !== undefined) return isIPv4(range) && Number(bits) <= 32
  const [, host = '', port] = /^([^:]*)(?::([1-9]\d{0,4}))?$/.exec(text) ?? []
  return Number(port ?? 1) <= 65_535 && (isIPv4(host) || HOST_NAME.test(host))
}

const upstream = z.string(UPSTREAM).refine(isUpstream, UPSTREAM).toLowerCase()

const file = text('an absolute path such as /etc/traefik/ca.pem', /^\/[^\0]*$/).transform((path) =>
  posix.resolve('/', path),
)

const networks = list('a list of network IDs', networkId)

/** What labels may do outside their network; everything empty unless the operator says so. */
export const allowSchema = section({
  references: list(
    'a list of references',
    text('a reference such as secure-headers@file', /^[^\s@]+@[^\s@]+$/),
  ).default([]),
  upstreams: list('a list of upstreams such as authelia.internal:9091', upstream).default([]),
  catchAll: networks.default([]),
  files: list('a list of files and folders', file).default([]),
  plugins: list("a list of Traefik's plugins", text('the name of a Traefik plugin', /^[\w-]+$/)).default([]),
  tlsStores: networks.default([]),
})
