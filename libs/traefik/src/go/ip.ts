const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`)
const IPV6_FIELD = /^[0-9a-fA-F]{1,4}$/
const IPV6_FIELDS = 8
/** No IPv6 address without its zone is longer: eight fields, the last two as IPv4. */
const MAX_ADDRESS = 45

/** How many of the eight fields a colon-separated run fills; `undefined` when one isn't a field. */
const countFields = (run: string, mayEndInIpv4: boolean): number | undefined => {
  if (run === '') return 0
  const fields = run.split(':')
  const last = fields.at(-1) ?? ''
  const embedded = mayEndInIpv4 && IPV4.test(last)
  if (!(embedded ? fields.slice(0, -1) : fields).every((field) => IPV6_FIELD.test(field))) return undefined
  return fields.length + (embedded ? 1 : 0)
}

const isIpv6 = (text: string): boolean => {
  if (text.length > MAX_ADDRESS) return false
  const [head = '', tail, more] = text.split('::')
  if (more !== undefined) return false
  const before = countFields(head, tail === undefined)
  if (before === undefined || tail === undefined) return before === IPV6_FIELDS
  const after = countFields(tail, true)
  // `::` stands for at least one field.
  return after !== undefined && before + after < IPV6_FIELDS
}

/** An address as Go's `netip.ParseAddr` sees it. */
export interface Address {
  readonly version: 4 | 6
  /** What follows `%` in an IPv6 address: `eth0`. */
  readonly zone?: string
}

/** Go's `netip.ParseAddr`; `undefined` where Go gives an error. */
export const parseAddress = (text: string): Address | undefined => {
  if (IPV4.test(text)) return { version: 4 }
  const percent = text.indexOf('%')
  if (percent < 0) return isIpv6(text) ? { version: 6 } : undefined
  const zone = text.slice(percent + 1)
  return zone !== '' && isIpv6(text.slice(0, percent)) ? { version: 6, zone } : undefined
}

const parsePlain = (text: string): Address | undefined => {
  const address = parseAddress(text)
  return address?.zone === undefined ? address : undefined
}

/** Go's `net.ParseIP`: an IPv4 or IPv6 address without a zone. */
export const isGoIp = (text: string): boolean => parsePlain(text) !== undefined

/** Go's `net.ParseCIDR`: `10.0.0.0/8`, `fd00::/8`. What is wrong with it, or `undefined` when nothing is. */
export const goCidrError = (text: string): string | undefined => {
  const slash = text.indexOf('/')
  if (slash < 0) return 'a range needs an address, a slash and a number of bits, such as 10.0.0.0/8'
  const address = parsePlain(text.slice(0, slash))
  if (address === undefined) return 'what stands before the slash is no IP address'
  const bits = address.version === 4 ? 32 : 128
  const length = /^0*([0-9]{1,3})$/.exec(text.slice(slash + 1))?.[1]
  return length === undefined || Number(length) > bits
    ? `what stands after the slash must be a number from 0 to ${bits}`
    : undefined
}

/** Traefik's check of `sourceRange` and `ClientIP`: an IP address or a range of them. What is wrong, or `undefined`. */
export const ipOrCidrError = (text: string): string | undefined => {
  if (isGoIp(text)) return undefined
  return text.includes('/') ? goCidrError(text) : 'it is neither an IP address nor a range such as 10.0.0.0/8'
}
