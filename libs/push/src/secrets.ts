import { randomBytes } from 'node:crypto'
import { generate } from 'selfsigned'
import type { Circumstances } from '@route-server/installation'

/** Secrets that are made once for a machine, by the name of the file that keeps each there. */
export interface Kept {
  readonly secrets: Omit<Circumstances['secrets'], 'cloudflareToken'>
  /** What isn't there yet. */
  readonly fresh: ReadonlyMap<string, string>
}

/** Ten years: nobody trusts it anyway, and it must not run out. */
const LIFETIME_MS = 10 * 365 * 86_400_000

/** Takes the secrets that a machine has, and makes those that it lacks. */
export async function keptSecrets(there: ReadonlyMap<string, string>): Promise<Kept> {
  const fresh = new Map<string, string>()
  const take = (name: string, make: () => string): string => {
    const known = there.get(name)
    if (known !== undefined && known !== '') return known
    const made = make()
    fresh.set(name, made)
    return made
  }
  const random = (): string => randomBytes(32).toString('base64url')
  const routesToken = take('routes-token', random)
  const apiPassword = take('api-password', random)
  const [certificate, key] = [there.get('default.crt'), there.get('default.key')]
  if (certificate && key)
    return {
      secrets: { routesToken, apiPassword, defaultCertificate: { certificate: `${certificate}\n`, key: `${key}\n` } },
      fresh,
    }
  const pair = await makeDefaultCertificate()
  fresh.set('default.crt', pair.certificate).set('default.key', pair.key)
  return { secrets: { routesToken, apiPassword, defaultCertificate: pair }, fresh }
}

/** What who asks for a name without a certificate gets to see. Without one of ours Traefik would make one at each document. */
async function makeDefaultCertificate(): Promise<{ readonly certificate: string; readonly key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'no certificate for this name' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 86_400_000),
    notAfterDate: new Date(Date.now() + LIFETIME_MS),
  })
  const text = (pem: string): string => `${pem.replaceAll('\r', '').trim()}\n`
  return { certificate: text(cert), key: text(key) }
}
