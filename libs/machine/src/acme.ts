import { isIP } from 'node:net'
import type { Checked } from './checked.ts'
import { toAscii } from './domain.ts'

const STAGING = 'https://acme-staging-v02.api.letsencrypt.org/directory'
const EXPECTED = 'expected the https:// URL of an ACME directory, letsencrypt, or letsencrypt-staging'

/** An ACME server's directory. Plain HTTP only where nobody is in between. */
export function acmeServer(text: string): Checked {
  if (text === 'letsencrypt-staging') return { value: STAGING }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return { problem: EXPECTED }
  if (url.username !== '' || url.password !== '') return { problem: `${EXPECTED}, without a user and a password` }
  const isLoopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\./.test(url.hostname)
  if (url.protocol === 'http:' && !isLoopback)
    return { problem: `${EXPECTED}; http:// is only for one on the machine itself` }
  return { value: url.href }
}

/** An e-mail address as certificate authorities take it. */
export function email(text: string): Checked {
  const [, local, host] = /^([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@([^@]+)$/.exec(text) ?? []
  const domain = host === undefined || isIP(host) !== 0 ? undefined : toAscii(host)
  return local === undefined || domain === undefined || !domain.includes('.')
    ? { problem: 'expected an e-mail address such as admin@example.com' }
    : { value: `${local}@${domain}` }
}
