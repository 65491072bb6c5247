import { httpGet, tcpExchange, udpExchange, type HttpQuestion, type RealTraefik } from '@route-server/testbed'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * A visitor's question to Traefik. Resolves to who answered, to an HTTP status other than 200, to what went wrong, or to `nobody`
 * once his patience is at its end; milliseconds.
 */
export type Probe = (traefik: RealTraefik, patience?: number) => Promise<string>

/** Long for a local answer, and no reason to hold up what comes next. */
const IMPATIENT = 800

const wrong = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

async function soon(answer: Promise<string>, patience: number): Promise<string> {
  const silence = new AbortController()
  const first = await Promise.race([
    answer.catch(wrong),
    sleep(patience, '', { signal: silence.signal }).catch(() => ''),
  ])
  silence.abort()
  return first.trim() || 'nobody'
}

/** A request to `https://{host}/`. */
export const web =
  (host: string, { path, headers, tls = true }: Pick<HttpQuestion, 'path' | 'headers' | 'tls'> = {}): Probe =>
  (traefik, patience = IMPATIENT) =>
    soon(
      httpGet({
        entryPoint: traefik.entryPoint(tls ? 'websecure' : 'web'),
        host,
        tls,
        ...(path !== undefined && { path }),
        ...(headers && { headers }),
      }).then(({ status, body }) => (status === 200 ? body : String(status))),
      patience,
    )

/** A connection on which the server speaks first; with a server name, over TLS. */
export const tcp =
  (entryPoint: string, servername?: string): Probe =>
  (traefik, patience = IMPATIENT) =>
    soon(
      tcpExchange({
        entryPoint: traefik.entryPoint(entryPoint),
        ...(servername !== undefined && { tls: { servername } }),
      }).then(({ text }) => text),
      patience,
    )

export const udp =
  (entryPoint: string): Probe =>
  async (traefik, timeout = IMPATIENT) =>
    (await udpExchange({ entryPoint: traefik.entryPoint(entryPoint), payload: 'who?', timeout })) ?? 'nobody'
