/** What keeps records from being read or written; its message is for people. */
export class DnsError extends Error {
  override readonly name: string = 'DnsError'
}

/** The token sees no zone for a name. */
export class ZoneUnseen extends DnsError {
  override readonly name = 'ZoneUnseen'
}
