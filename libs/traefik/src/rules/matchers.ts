import { ipOrCidrError } from '../go/ip.ts'
import { goRegexpError } from '../go/regexp.ts'
import type { RuleProtocol } from './rule.ts'

/** What is wrong with the values, or `undefined`. They are as many as the matcher takes, and none is empty. */
type Check = (values: readonly string[], minor: number) => string | undefined

export interface Matcher {
  /** Traefik's canonical spelling. */
  readonly name: string
  readonly protocol: RuleProtocol
  /** How many values it takes. */
  readonly counts: readonly number[]
  readonly check: Check
}

const anything: Check = () => undefined

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

const ascii: Check = ([value = '']) =>
  isAscii(value) ? undefined : 'only ASCII characters are allowed; write an international name as punycode (xn--…)'

const startsWithSlash: Check = ([value = '']) => (value.startsWith('/') ? undefined : "the path must start with '/'")

const regexp: Check = (values) => {
  const problem = goRegexpError(values.at(-1) ?? '')
  return problem === undefined ? undefined : `the regular expression is not one in Go's syntax: ${problem}`
}

const asciiRegexp: Check = (values, minor) => ascii(values, minor) ?? regexp(values, minor)

/** One value is a plain comparison. */
const optionalRegexp: Check = (values, minor) => (values.length === 1 ? undefined : regexp(values, minor))

const ipOrRange: Check = ([value = '']) => ipOrCidrError(value)

/** Since Traefik 3.7 a first label `*` is allowed. */
const WILDCARD_MINOR = 7

const serverName: Check = ([value = ''], minor) => {
  if (value === '*') return undefined
  const wildcard = value.startsWith('*.')
  if (!/^[\w.:-]+$/.test(wildcard ? value.slice(2) : value)) return 'this is not a host name'
  return wildcard && minor < WILDCARD_MINOR ? `Traefik 3.${minor} has no wildcards in HostSNI; 3.7 has` : undefined
}

/** Let's Encrypt's TLS challenge, which Traefik answers itself. */
const ACME_PROTOCOL = 'acme-tls/1'

const alpn: Check = ([value = '']) => (value === ACME_PROTOCOL ? `${ACME_PROTOCOL} is Traefik's own` : undefined)

/** Every matcher of the v3 rule language. Traefik: `pkg/muxer/http/matcher.go` and `pkg/muxer/tcp/matcher.go`. */
export const MATCHERS: readonly Matcher[] = [
  { name: 'ClientIP', protocol: 'http', counts: [1], check: ipOrRange },
  { name: 'Header', protocol: 'http', counts: [2], check: anything },
  { name: 'HeaderRegexp', protocol: 'http', counts: [2], check: regexp },
  { name: 'Host', protocol: 'http', counts: [1], check: ascii },
  { name: 'HostRegexp', protocol: 'http', counts: [1], check: asciiRegexp },
  { name: 'Method', protocol: 'http', counts: [1], check: anything },
  { name: 'Path', protocol: 'http', counts: [1], check: startsWithSlash },
  { name: 'PathPrefix', protocol: 'http', counts: [1], check: startsWithSlash },
  { name: 'PathRegexp', protocol: 'http', counts: [1], check: regexp },
  { name: 'Query', protocol: 'http', counts: [1, 2], check: anything },
  { name: 'QueryRegexp', protocol: 'http', counts: [1, 2], check: optionalRegexp },
  { name: 'ALPN', protocol: 'tcp', counts: [1], check: alpn },
  { name: 'ClientIP', protocol: 'tcp', counts: [1], check: ipOrRange },
  { name: 'HostSNI', protocol: 'tcp', counts: [1], check: serverName },
  { name: 'HostSNIRegexp', protocol: 'tcp', counts: [1], check: asciiRegexp },
]

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()

const SPELLINGS: ReadonlyMap<string, Matcher> = new Map(
  MATCHERS.flatMap((matcher) => {
    const { name, protocol } = matcher
    const spellings = [name, name.toLowerCase(), name.toUpperCase(), capitalized(name)]
    return spellings.map((spelling) => [`${protocol} ${spelling}`, matcher] as const)
  }),
)

/** Traefik takes four spellings: `PathPrefix`, `pathprefix`, `PATHPREFIX`, `Pathprefix`. */
export const findMatcher = (name: string, protocol: RuleProtocol): Matcher | undefined =>
  SPELLINGS.get(`${protocol} ${name}`)
