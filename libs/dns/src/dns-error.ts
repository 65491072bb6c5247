/** What keeps records from being read or written; its message is for people. */
export class DnsError extends Error {
  override readonly name = 'DnsError'
}
