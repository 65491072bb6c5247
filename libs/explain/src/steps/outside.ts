import { isIPv4 } from 'node:net'
import { isCloudflares } from '@route-server/dns/cloudflare-addresses'
import { isPublic } from '../addresses.ts'
import { found } from '../causes.ts'
import type { Case, Step } from '../case.ts'
import type { Finding } from '../finding.ts'
import type { Certificate, Resolved } from '../observed.ts'
import { checkNameOf, isCheckName } from '../plan.ts'

const DAY_MS = 86_400_000
/** Let's Encrypt's are renewed 30 days before their end. */
const LATE_DAYS = 14

function resolvedOf({ host, addresses, failure }: Resolved, { facts, observed }: Case): readonly Finding[] {
  const { machine, baseDomain } = facts
  if (failure !== undefined) return [found('DNS_SILENT', { host, failure })]
  const own = observed.own.filter(isPublic)
  const address = own.find((one) => !one.includes(':')) ?? "the machine's public address"
  if (addresses.length === 0) return [found('DNS_MISSING', { host, address, machine })]
  const elsewhere = addresses.filter((one) => !observed.own.includes(one))
  if (elsewhere.length === 0) return []
  const proxied = elsewhere.filter(isCloudflares)
  if (proxied.length === elsewhere.length) return [found('DNS_PROXIED', { host, addresses: proxied, machine })]
  // Of a family in which this machine has no public address nothing can be told.
  const wrong = elsewhere.filter((one) => own.some((ours) => isIPv4(ours) === isIPv4(one)))
  if (wrong.length > 0) return [found('DNS_ELSEWHERE', { host, addresses: wrong, address, machine })]
  // Behind an address translation only others can tell; where automatic hosts are, this one may be.
  const automatic = observed.resolved.find((one) => baseDomain !== undefined && one.host === checkNameOf(baseDomain))
  return automatic && elsewhere.every((one) => automatic.addresses.includes(one))
    ? []
    : [found('DNS_UNSURE', { host, addresses: elsewhere, machine })]
}

/** Whether the hosts' names lead here. */
export const dns: Step = (one) =>
  one.observed.resolved.filter(({ host }) => !isCheckName(host)).flatMap((resolved) => resolvedOf(resolved, one))

function certificateOf(served: Certificate, { facts: { machine }, observed: { acme = [] } }: Case): readonly Finding[] {
  const { host, subject, issuer, until, isFor, isTrusted, why, isStaging } = served
  const [reason] = acme
  const left = (Date.parse(until) - Date.now()) / DAY_MS
  if (left < 0) return [found('CERTIFICATE_EXPIRED', { host, until })]
  if (!isFor && reason !== undefined) return [found('CERTIFICATE_REFUSED', { host, reason })]
  if (!isFor) return [found('CERTIFICATE_ABSENT', { host, subject, machine })]
  if (!isTrusted) return [found('CERTIFICATE_UNTRUSTED', { host, issuer, why, isStaging, machine })]
  return left < LATE_DAYS ? [found('CERTIFICATE_ENDS', { host, days: Math.floor(left), until })] : []
}

/** Whether visitors will believe who answers. */
export const certified: Step = (one) =>
  one.observed.certificates.flatMap((certificate) => certificateOf(certificate, one))
