import { networkInterfaces } from 'node:os'
import type { Endpoint } from './clients.ts'
import { freePorts } from './ports.ts'
import { API } from './traefik-process.ts'

/** The raw ports that entry points are named after (`tcp-5432`); they listen on free ports instead. */
export interface RawPorts {
  tcp?: readonly number[]
  udp?: readonly number[]
}

/** Where a Traefik gets the route document from, and how. */
export interface PollOptions {
  /** What it polls, such as `http://127.0.0.1:7111/routes.yaml`. */
  routesUrl?: string
  /** The folder that it watches instead. */
  watched?: string
  /** Sent with every poll. */
  headers?: Readonly<Record<string, string>>
  /** A Go duration; `500ms` unless told. */
  pollInterval?: string
  /** How long changes are held together, as a Go duration; `100ms` unless told. */
  throttle?: string
  logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'
}

/** Finds a free loopback port for every entry point: the web ones, the raw ones, and `traefik` for the API. */
export async function chooseEndpoints({
  tcp = [25, 993, 5432, 3306],
  udp = [53],
}: RawPorts): Promise<Map<string, Endpoint>> {
  const named = async (
    protocol: 'tcp' | 'udp',
    host: string,
    names: readonly string[],
  ): Promise<[string, Endpoint][]> => {
    const ports = await freePorts(protocol, host, names.length)
    return names.map((name, index) => [name, { host, port: ports[index] ?? 0 }])
  }
  const v6 = Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.address === '::1')
  return new Map([
    ...(await named('tcp', '127.0.0.1', [API, 'web', 'websecure', ...tcp.map((port) => `tcp-${port}`)])),
    ...(await named(
      'udp',
      '127.0.0.1',
      udp.map((port) => `udp-${port}`),
    )),
    ...(v6 ? await named('tcp', '::1', ['web-v6', 'websecure-v6']) : []),
  ])
}

const toTls = (entryPoint: string): unknown => ({ redirections: { entryPoint: { to: entryPoint, scheme: 'https' } } })

const HTTP_OPTIONS: Readonly<Record<string, unknown>> = {
  web: toTls('websecure'),
  websecure: { tls: {} },
  'web-v6': toTls('websecure-v6'),
  'websecure-v6': { tls: {} },
}

/** The entry points of Traefik's static configuration, but for the API's. */
export function entryPointsAt(endpoints: ReadonlyMap<string, Endpoint>): Readonly<Record<string, unknown>> {
  const entryPoints = [...endpoints].map(([name, { host, port }]) => {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}${name.startsWith('udp-') ? '/udp' : ''}`
    return [name, { address, http: HTTP_OPTIONS[name] }] as const
  })
  return Object.fromEntries(entryPoints.filter(([name]) => name !== API))
}

export const providersOf = (options: PollOptions): unknown => {
  const { routesUrl, watched, headers, pollInterval = '500ms', throttle = '100ms' } = options
  return {
    providersThrottleDuration: throttle,
    ...(routesUrl !== undefined && { http: { endpoint: routesUrl, pollInterval, headers } }),
    ...(watched !== undefined && { file: { directory: watched, watch: true } }),
  }
}
