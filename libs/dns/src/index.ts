/** The records that a machine needs: which they are, at Cloudflare, and as the world sees them. */
export { certificateCauses } from './acme-errors.ts'
export { applyRecords, planRecords, type RecordStep, type ZonePlan } from './apply.ts'
export { servedCertificate, type ServedCertificate } from './certificate.ts'
export { checkHost, type CheckOptions, type HostCheck } from './check.ts'
export { cloudflare, type Cloudflare, type CloudflareOptions } from './cloudflare.ts'
export { DnsError } from './dns-error.ts'
export { lookupAt, LookupError, zoneServers, type Lookup, type ZoneServers } from './lookup.ts'
export { neededRecords, zoneLine, type AddressRecord } from './records.ts'
