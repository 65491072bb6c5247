import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import { makeTestDirectory } from '../directory.ts'
import type { Endpoint } from '../clients.ts'
import { findExecutable } from '../executables.ts'
import type { Listener } from '../server/client.ts'
import { ADDRESSES } from '../server/wiring.ts'
import { answerCall, type ApiCall, type ApiFaults, type TokenRights } from './api.ts'
import { makeOwnCertificate } from './certificate.ts'
import { startDnsServer, type DnsServer } from './dns-server.ts'
import { newRecord, newZone, type DnsRecord, type NewRecord, type Zone } from './zones.ts'

/** An account at Cloudflare to stand in for. */
export interface CloudflareOptions {
  /** `example.com` unless told. */
  zones?: readonly string[]
  /** By the token; `good-token` may edit everything unless told. */
  tokens?: Readonly<Record<string, TokenRights>>
}

/**
 * Stands in for Cloudflare in this process: the API for zones and records, the zones' name server, and a public resolver.
 * It answers on loopback ports; on the small internet of a server as well, where it is given `listeners`.
 */
export interface Cloudflare {
  /** Of the API, on loopback: `http://127.0.0.1:PORT/client/v4`. */
  readonly url: string
  /** A token that may edit everything. */
  readonly token: string
  /** By the token; changes count at once. */
  readonly tokens: Map<string, TokenRights>
  /** On loopback, by UDP and TCP. */
  readonly nameServer: Endpoint
  readonly resolver: Endpoint
  /** Names of elsewhere, which the resolver knows. */
  readonly hosts: Map<string, readonly string[]>
  /** Changes count at once; delete what is over. */
  readonly faults: ApiFaults
  /** For the name server and the resolver; their `queries` begin anew with each fault. */
  readonly dns: Readonly<Record<'nameServer' | 'resolver', Pick<DnsServer, 'queries' | 'setFault'>>>
  /** Calls of the API, in order. */
  readonly calls: () => readonly ApiCall[]
  /** A zone's records, of the first one unless told. */
  readonly records: (zone?: string) => readonly DnsRecord[]
  /** Makes a record as somebody else would, and resolves to nothing: it is there at once. */
  readonly add: (record: NewRecord) => DnsRecord
  /** For `startServer`: the API as api.cloudflare.com, and on port 80 there; the name server and the resolver on port 53 of theirs. */
  readonly listeners: readonly Listener[]
  /** For `startServer` as `trust`: PEM, a file; then https://api.cloudflare.com is believed on both sides. */
  readonly ca: string | undefined
  close(): Promise<void>
}

/** Where the API is on a server's small internet without TLS, for `CLOUDFLARE_BASE_URL` too. */
export const CLOUDFLARE_URL = `http://${ADDRESSES.cloudflare}/client/v4`
const NAME_SERVERS = ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com']
const TOKEN = 'good-token'

/** Starts one; no root needed. */
export async function startCloudflare(options: CloudflareOptions = {}): Promise<Cloudflare> {
  const zones: readonly Zone[] = (options.zones ?? ['example.com']).map(newZone)
  const tokens = new Map(Object.entries(options.tokens ?? { [TOKEN]: { rights: 'edit' } }))
  const hosts = new Map<string, readonly string[]>([
    ...NAME_SERVERS.map((name) => [name, [ADDRESSES.nameServer]] as const),
    ['api.cloudflare.com', [ADDRESSES.cloudflare]],
    ['acme.example.net', [ADDRESSES.authority]],
  ])
  const faults: ApiFaults = {}
  const calls: ApiCall[] = []
  const folder = makeTestDirectory()
  const path = (name: string): string => join(folder.path, name)

  const account = { zones, tokens, nameServers: NAME_SERVERS, faults }
  const answer: RequestListener = (request, response) => {
    answerCall(account, request, response, (call) => calls.push(call)).catch(() => response.destroy())
  }
  // Only a server's small internet needs it, and has it.
  const own = findExecutable('openssl')
    ? await makeOwnCertificate(folder.path, 'api.cloudflare.com', ADDRESSES.cloudflare)
    : undefined
  const onPort = createServer(answer)
  const onSocket = createServer(answer)
  const overTls = createTlsServer(
    own ? { cert: await readFile(own.certificate), key: await readFile(own.key) } : {},
    answer,
  )
  const api = [onPort, onSocket, overTls]
  const known = () => ({ zones, hosts, nameServers: NAME_SERVERS })
  const nameServer = await startDnsServer(path('name-server'), known, false)
  const resolver = await startDnsServer(path('resolver'), known, true)
  await once(onPort.listen(0, '127.0.0.1'), 'listening')
  await once(onSocket.listen(path('api')), 'listening')
  await once(overTls.listen(path('api-tls')), 'listening')
  const address = onPort.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0

  const zoneOf = (name: string): Zone => {
    const found = zones.find((zone) => name === zone.name || name.endsWith(`.${zone.name}`))
    if (found === undefined) throw new Error(`The stand-in has no zone for ${name}.`)
    return found
  }
  const dnsAt = (host: string, target: string): Listener[] =>
    (['tcp', 'udp'] as const).map((protocol) => ({ protocol, host, port: 53, target }))
  return {
    url: `http://127.0.0.1:${port}/client/v4`,
    token: TOKEN,
    tokens,
    nameServer: { host: '127.0.0.1', port: nameServer.port },
    resolver: { host: '127.0.0.1', port: resolver.port },
    hosts,
    faults,
    dns: { nameServer, resolver },
    calls: () => calls,
    records: (zone) => (zone === undefined ? zones[0] : zoneOf(zone))?.records ?? [],
    add(wanted) {
      const record = newRecord(wanted)
      const zone = zoneOf(record.name)
      zone.records = [...zone.records, record]
      return record
    },
    listeners: [
      { protocol: 'tcp', host: ADDRESSES.cloudflare, port: 80, target: path('api') },
      { protocol: 'tcp', host: ADDRESSES.cloudflare, port: 443, target: path('api-tls') },
      ...dnsAt(ADDRESSES.nameServer, nameServer.socket),
      ...dnsAt(ADDRESSES.resolver, resolver.socket),
    ],
    ca: own?.certificate,
    async close() {
      for (const server of api) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
      await Promise.all([nameServer.close(), resolver.close()])
      await folder.remove()
    },
  }
}
