/** The records that a machine needs: which they are, at Cloudflare, and as the world sees them. */
export { certificateCauses } from './acme-errors.ts'
export { applyRecords, planRecords, type RecordStep, type ZonePlan } from './apply.ts'
export { servedCertificate } from './certificate.ts'
export { checkHost, type HostCheck } from './check.ts'
export { cloudflare, type Cloudflare } from './cloudflare.ts'
export { DnsError } from './dns-error.ts'
export { lookupAt, zoneServers } from './lookup.ts'
export { neededRecords, zoneLine, type AddressRecord } from './records.ts'
