import { shortened } from '../quoted.ts'
import { remembered } from '../remembered.ts'
import { parseAddress } from './ip.ts'

const PERCENT_ESCAPE = /%([0-9A-Fa-f]{2})/g
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/
/** What Go takes unescaped in a host: no blank, no `#%/?@\^{|}` and no backquote. Above ASCII anything goes. */
const HOST_CHARACTERS = /^[!"$&'()*+,\-.0-9:;<=>A-Z[\]_a-z~\u0080-\u{10ffff}]*$/u
const USERINFO_CHARACTERS = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/
const PORT = /^(?::[0-9]*)?$/

const BAD_HOST = 'its host contains a character that is not allowed there'
const BAD_PATH = 'its path contains an incomplete % escape'

/** In a host only what isn't ASCII, and the percent sign itself, may be escaped. */
const hostTextError = (text: string): string | undefined => {
  if (BAD_ESCAPE.test(text)) return 'its host contains an incomplete % escape'
  for (const [, hex = ''] of text.matchAll(PERCENT_ESCAPE)) {
    if (hex !== '25' && parseInt(hex, 16) < 0x80) return `its host contains %${hex}, which must stand unescaped`
  }
  return HOST_CHARACTERS.test(text.replace(PERCENT_ESCAPE, '')) ? undefined : BAD_HOST
}

const zoneError = (zone: string): string | undefined => {
  if (BAD_ESCAPE.test(zone)) return 'its host contains an incomplete % escape'
  for (const [, hex = ''] of zone.matchAll(PERCENT_ESCAPE)) {
    const character = String.fromCharCode(parseInt(hex, 16))
    // A byte above ASCII may be escaped in a host, not in a zone.
    const allowed = character === ' ' || character === '%' || (character < '\u0080' && HOST_CHARACTERS.test(character))
    if (!allowed) return `the zone of its address contains %${hex}`
  }
  return HOST_CHARACTERS.test(zone.replace(PERCENT_ESCAPE, '')) ? undefined : BAD_HOST
}

const bracketError = (host: string): string | undefined => {
  const close = host.lastIndexOf(']')
  if (close < 0) return "its host starts with '[' and has no ']'"
  if (!PORT.test(host.slice(close + 1))) return `its port '${shortened(host.slice(close + 1))}' is not a number`
  const inner = host.slice(1, close)
  const percent = inner.indexOf('%25')
  const address = percent < 0 ? inner : inner.slice(0, percent)
  const zone = percent < 0 ? undefined : inner.slice(percent + '%25'.length)
  const error = hostTextError(address) ?? zoneError(zone ?? '')
  if (error !== undefined) return error
  const valid = parseAddress(address)?.version === 6 && !address.includes('%') && zone !== ''
  return valid ? undefined : 'only an IPv6 address may stand in brackets'
}

const hostError = (scheme: string, host: string): string | undefined => {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) return "its host contains a '['"
  if (bracket === 0) return bracketError(host)
  // Go tolerates further colons (lists of hosts) where the scheme isn't HTTP.
  const strict = scheme === 'http' || scheme === 'https'
  const colon = strict ? host.indexOf(':') : host.lastIndexOf(':')
  if (colon >= 0 && !PORT.test(host.slice(colon))) return `its port '${shortened(host.slice(colon))}' is not a number`
  return hostTextError(host)
}

const authorityError = (scheme: string, authority: string): string | undefined => {
  const at = authority.lastIndexOf('@')
  const userinfo = authority.slice(0, Math.max(at, 0))
  const error = hostError(scheme, authority.slice(at + 1))
  if (error !== undefined) return error
  return USERINFO_CHARACTERS.test(userinfo) && !BAD_ESCAPE.test(userinfo)
    ? undefined
    : 'its user and password contain a character that is not allowed there'
}

/** `undefined`: there is a colon and nothing before it. */
const splitScheme = (text: string): { scheme: string; rest: string } | undefined => {
  if (text.startsWith(':')) return undefined
  const [matched, scheme = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text) ?? ['']
  return { scheme: scheme.toLowerCase(), rest: text.slice(matched.length) }
}

const errorIn = (text: string): string | undefined => {
  const [url = '', ...fragments] = text.split('#')
  // Control characters are refused before the fragment only.
  if (/[\0-\x1f\x7f]/.test(url)) return 'it contains a control character'
  if (BAD_ESCAPE.test(fragments.join('#'))) return 'its fragment contains an incomplete % escape'
  if (url === '*') return undefined
  const parts = splitScheme(url)
  if (parts === undefined) return 'it has a colon and no scheme before it'
  const { scheme } = parts
  const rest = parts.rest.replace(/\?[^]*$/, '')
  if (!rest.startsWith('/')) {
    if (scheme !== '') return undefined
    const [segment = ''] = rest.split('/')
    if (segment.includes(':')) return 'its first part contains a colon; did you forget the scheme, such as http://?'
  }
  if (!rest.startsWith('//')) return BAD_ESCAPE.test(rest) ? BAD_PATH : undefined
  const [, authority = '', path = ''] = /^\/\/([^/]*)([^]*)$/.exec(rest) ?? []
  return authorityError(scheme, authority) ?? (BAD_ESCAPE.test(path) ? BAD_PATH : undefined)
}

/**
 * Go's `net/url.Parse`: what is wrong with the URL, or `undefined`. A server URL that fails disables its whole service.
 * Go takes much that reaches no server (`localhost`, `//x`, an empty text); this says only what it refuses. One URL is asked about
 * again and again: whether it is one, where it leads, who listens there.
 */
export const goUrlError = remembered(500, errorIn)
