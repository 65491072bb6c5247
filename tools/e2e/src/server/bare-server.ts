import {
  startAuthority,
  startCloudflare,
  startServer,
  type Authority,
  type Cloudflare,
  type Outcome,
  type ServerOptions,
  type TestServer,
} from '@route-server/testbed'
import { traefikPath } from '@route-server/testbed/parts'

/** A bare server on a small internet that has a Cloudflare and a certificate authority, and an operator's computer. */
export interface BareServer {
  readonly server: TestServer
  readonly cloudflare: Cloudflare
  readonly authority: Authority
  /** `rdc context push-infra server-1` with the programs of this machine, and what else is told. */
  push(...args: readonly string[]): Promise<Outcome>
  /** The documentation's calls, against the certificate authority here. Fails where one of them does. */
  describe(): Promise<void>
  close(): Promise<void>
}

/** Boots one. Both sides take the stand-in for api.cloudflare.com. */
export async function startBareServer(options: ServerOptions = {}): Promise<BareServer> {
  const cloudflare = await startCloudflare()
  const listeners = [...cloudflare.listeners, ...(options.listeners ?? [])]
  const server = await startServer({ ...options, listeners, trust: cloudflare.ca })
  const authority = await startAuthority(server)
  const programs = ['--traefik', traefikPath(), '--node', process.execPath]
  return {
    server,
    cloudflare,
    authority,
    push: (...args) => server.rdc('context', 'push-infra', 'server-1', '--yes', ...programs, ...args),
    async describe() {
      const calls = [
        ['add-machine', 'server-1', '--ip', server.address, '--user', 'deploy'],
        ['set-infra', 'server-1', '--public-ipv4', server.address, '--public-ipv6', server.addressV6],
        [
          'set-infra',
          'server-1',
          '--base-domain',
          'example.com',
          '--cert-email',
          'admin@example.com',
          '--cf-dns-token',
          cloudflare.token,
        ],
        ['set-infra', 'server-1', '--tcp-ports', '25,143,465,587,993', '--udp-ports', '53'],
        ['set-infra', 'server-1', '--acme-server', authority.url, '--acme-root', authority.ca],
      ]
      for (const call of calls) {
        const { status, stderr } = await server.rdc('context', ...call)
        if (status !== 0) throw new Error(stderr)
      }
    },
    async close() {
      await authority.close()
      await server.close()
      await cloudflare.close()
    },
  }
}
