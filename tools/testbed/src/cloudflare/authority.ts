import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeOwnCertificate } from './certificate.ts'
import { untilReady } from '../process.ts'
import { ADDRESSES } from '../server/wiring.ts'
import type { TestServer } from '../server/server.ts'

/** A real ACME server on a server's small internet: Pebble, which asks the zone's name server for the challenge's record. */
export interface Authority {
  /** Of its directory. */
  readonly url: string
  /** PEM: who vouches for the ACME server itself (`LEGO_CA_CERTIFICATES`). */
  readonly ca: string
  /** PEM, a file: the root of the certificates it issues, made anew at each start. */
  readonly root: string
  /** What it has logged. */
  readonly log: () => string
  close(): Promise<void>
}

/** Starts one. Its files are in the server's folder. `validity` is that of the certificates, in seconds; 90 days unless told. */
export async function startAuthority(server: TestServer, { validity = 7_776_000 } = {}): Promise<Authority> {
  const folder = join(server.directory, 'authority')
  const file = (name: string): string => join(folder, name)
  const [config, root] = [file('pebble.json'), file('root.pem')]
  const [directory, management] = [`${ADDRESSES.authority}:443`, `${ADDRESSES.authority}:15000`]
  await mkdir(folder, { recursive: true })
  const { certificate: ca, key } = await makeOwnCertificate(folder, 'acme.example.net', ADDRESSES.authority)
  const settings = {
    listenAddress: directory,
    managementListenAddress: management,
    certificate: ca,
    privateKey: key,
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    certificateValidityPeriod: validity,
  }
  await writeFile(config, JSON.stringify({ pebble: settings }))
  const pebble = server.client.start({
    command: 'pebble',
    args: ['-config', config, '-dnsserver', `${ADDRESSES.nameServer}:53`],
    // Neither dawdling nor the refusals that it makes up.
    env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
    log: file('pebble.log'),
  })
  const pem = await untilReady(pebble, async () => {
    const { status, body, error } = await server.client.fetch(`https://${management}/roots/0`, { ca })
    if (status !== 200) throw new Error(error ?? `it answers ${status}`)
    return body
  })
  await writeFile(root, pem)
  return { url: 'https://acme.example.net/dir', ca, root, log: pebble.output, close: () => pebble.stop() }
}
