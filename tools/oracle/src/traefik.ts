import { startTraefikProcess } from '@route-server/testbed/parts'
import { BASE_DOMAIN, CERT_RESOLVER } from './machine.ts'
import type { RawData } from './graph.ts'

/** A real Traefik that one of the two sides feeds. */
export interface Traefik {
  rawData(): Promise<RawData>
  /** The errors that it has logged since the last `forget`. */
  errors(): readonly string[]
  forget(): void
  /** As by SIGKILL, and then anew. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** What every case may name; `udp-*` and `tcp-*` are the raw ones. */
export const ENTRY_POINTS = [
  'web',
  'websecure',
  'web-v6',
  'websecure-v6',
  ...[22, 25, 143, 465, 587, 993, 1883, 2222, 3306, 5432, 5672, 6379, 8883, 9092, 11211, 25565, 27017].map(
    (port) => `tcp-${port}`,
  ),
  ...[53, 2456, 9987, 19132, 27015, 34197, 51820].map((port) => `udp-${port}`),
]

/** What DESIGN has for every machine, and what both sides share, so that it makes no difference. */
const HTTP_OPTIONS: Readonly<Record<string, unknown>> = {
  web: { redirections: { entryPoint: { to: 'websecure', scheme: 'https' } } },
  websecure: { tls: { certResolver: CERT_RESOLVER, domains: [{ main: `*.${BASE_DOMAIN}` }] } },
  'web-v6': { redirections: { entryPoint: { to: 'websecure-v6', scheme: 'https' } } },
  'websecure-v6': { tls: { certResolver: CERT_RESOLVER, domains: [{ main: `*.${BASE_DOMAIN}` }] } },
}

/** Entry points take whatever port is free: nothing is sent to them. */
const entryPoint = (name: string): unknown => ({
  address: name.startsWith('udp-') ? '127.0.0.1:0/udp' : '127.0.0.1:0',
  asDefault: name.startsWith('websecure'),
  http: HTTP_OPTIONS[name],
})

/** Starts a Traefik with this provider, and resolves when its API answers. */
export async function startTraefik(folder: string, providers: unknown): Promise<Traefik> {
  const entryPoints = Object.fromEntries(ENTRY_POINTS.map((name) => [name, entryPoint(name)]))
  const traefik = await startTraefikProcess({ folder, entryPoints, providers })
  let said = ''
  return {
    rawData: async () => JSON.parse((await traefik.get('/api/rawdata')).body) as RawData,
    errors() {
      said += traefik.news()
      return errorsIn(said)
    },
    forget() {
      traefik.news()
      said = ''
    },
    restart: () => traefik.restart('SIGKILL'),
    close: () => traefik.stop('SIGKILL'),
  }
}

/** Lines that begin with a time and ERR; those of a panic's stack don't. */
const errorsIn = (log: string): readonly string[] =>
  log.split('\n').flatMap((line) => /^\S+ ERR (.*)$/.exec(line)?.[1] ?? [])
