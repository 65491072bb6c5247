import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A server's certificate that vouches for itself, and its key: PEM files. */
export interface OwnCertificate {
  readonly certificate: string
  readonly key: string
}

/** Makes one for a host's name and address, into `folder`. */
export async function makeOwnCertificate(folder: string, host: string, address: string): Promise<OwnCertificate> {
  const [certificate, key] = [join(folder, `${host}.pem`), join(folder, `${host}-key.pem`)]
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '365'],
    ...['-keyout', key, '-out', certificate, '-subj', `/CN=${host}`],
    ...['-addext', `subjectAltName=DNS:${host},IP:${address}`],
  ])
  return { certificate, key }
}
