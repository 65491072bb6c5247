import { startTraefikProcess, type TraefikProcess } from '@route-server/testbed/parts'

/** What it logs where it got no document at all: this machine was too busy to answer. */
export const NOT_FETCHED = 'cannot fetch configuration data'

/** The line of a log that says that a document was refused. */
export const refusalIn = (log: string): string | undefined =>
  log.split('\n').find((line) => line.includes('Provider error, retrying') && !line.includes(NOT_FETCHED))

/** A real Traefik that polls a document as fast as it can and applies it at once; it logs errors only. */
export const startTraefik = (folder: string, endpoint: string): Promise<TraefikProcess> =>
  startTraefikProcess({
    folder,
    entryPoints: { websecure: { address: '127.0.0.1:0', asDefault: true } },
    providers: { providersThrottleDuration: '0s', http: { endpoint, pollInterval: '2ms', pollTimeout: '60s' } },
    env: { GOMAXPROCS: '2' },
  })

/** Names of the HTTP routers that it holds, each with what its API says of it. */
export async function routersIn(
  traefik: TraefikProcess,
): Promise<Readonly<Record<string, { readonly status?: string }>>> {
  const { body } = await traefik.get('/api/rawdata')
  return (
    (JSON.parse(body) as { readonly routers?: Readonly<Record<string, { readonly status?: string }>> }).routers ?? {}
  )
}
