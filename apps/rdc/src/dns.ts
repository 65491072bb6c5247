import { cloudflare, DnsError, neededRecords, type AddressRecord, type Cloudflare } from '@route-server/dns'
import { hasToken, readToken, type Machine } from '@route-server/machine'
import { routedHosts } from '@route-server/push'
import { withConnection } from './connection.ts'
import { machines } from './machines.ts'
import { remark } from './terminal/print.ts'
import { withProgress } from './terminal/progress.ts'

/** Another place than Cloudflare's own API; Traefik's ACME client goes by the same variable. */
const baseUrl = process.env['CLOUDFLARE_BASE_URL']

/** The records that a machine needs: for its wildcard, and for what it routes now, if it can be asked. */
export async function recordsFor(machine: Machine): Promise<readonly AddressRecord[]> {
  const { name, infra } = machine
  if (infra.publicIpv4 === undefined)
    throw new DnsError(`${name} lacks its public address: rdc context set-infra ${name} --public-ipv4 203.0.113.50`)
  return neededRecords(machine, await hostsOf(machine))
}

async function hostsOf(machine: Machine): Promise<readonly string[]> {
  const { name } = machine
  try {
    const hosts = await withProgress((progress) =>
      withConnection(machine, progress, (connection) => {
        progress.step({ what: `Asking ${name} for its hosts` })
        return routedHosts(connection)
      }),
    )
    if (hosts === undefined) remark(`Note: no route server answers on ${name} yet; hosts of its own aren't in this.`)
    return hosts ?? []
  } catch (error) {
    remark(`Note: ${(error as Error).message} Hosts that ${name} routes aren't in this.`)
    return []
  }
}

export async function cloudflareFor({ name }: Machine): Promise<Cloudflare> {
  const { folder } = machines()
  if (!hasToken(folder, name))
    throw new DnsError(
      `There is no token of Cloudflare for ${name}: rdc context set-infra ${name} --cf-dns-token-file FILE`,
    )
  return cloudflare({ token: await readToken(folder, name), machine: name, ...(baseUrl && { baseUrl }) })
}
