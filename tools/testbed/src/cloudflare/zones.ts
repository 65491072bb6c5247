import { randomBytes } from 'node:crypto'

/** A record as Cloudflare's API gives it; of its many fields, those that matter here. */
export interface DnsRecord {
  readonly id: string
  readonly type: string
  /** In full, in lower case. */
  readonly name: string
  /** An address, a name, or for TXT the text, in quotes or not; for MX and CAA as in a zone file: `0 issue "letsencrypt.org"`. */
  readonly content: string
  /** Seconds; 1: as Cloudflare sees fit. */
  readonly ttl: number
  /** DNS then answers with Cloudflare's own addresses. */
  readonly proxied: boolean
  readonly comment: string | null
  readonly priority?: number
}

/** A record to make: what isn't named is as Cloudflare has it. */
export type NewRecord = Partial<DnsRecord> & Pick<DnsRecord, 'type' | 'name' | 'content'>

/** A zone and its records, oldest first. */
export interface Zone {
  readonly id: string
  readonly name: string
  records: readonly DnsRecord[]
}

const freshId = (): string => randomBytes(16).toString('hex')

export const newZone = (name: string): Zone => ({ id: freshId(), name, records: [] })

/** Fills in what Cloudflare would. */
export const newRecord = (wanted: NewRecord): DnsRecord => ({
  ttl: 1,
  proxied: false,
  comment: null,
  id: freshId(),
  ...wanted,
  name: wanted.name.toLowerCase().replace(/\.$/, ''),
})
