import type { Machine } from '@route-server/machine'
import { isCloudflares } from './cloudflare-addresses.ts'
import { LookupError, zoneServers, type Lookup, type ZoneServers } from './lookup.ts'
import type { ServedCertificate } from './certificate.ts'
import { zoneLine } from './records.ts'

/** What was found out about one host. */
export interface HostCheck {
  readonly host: string
  readonly verdict: 'here' | 'elsewhere' | 'missing' | 'proxied' | 'unknown'
  /** What the zone's own name servers say. */
  readonly addresses: readonly string[]
  /** Until when its certificate is good; left out where none that clients trust is served. */
  readonly certificateUntil?: Date
  /** Sentences: what is wrong, and what to do. */
  readonly problems: readonly string[]
}

export interface CheckOptions {
  /** This computer's resolver, or the one that the operator names. */
  readonly resolver: Lookup
  /** Asks a server by its address. */
  readonly at: (address: string) => Lookup
  /** What the machine serves for a name. */
  readonly certificate: (host: string) => Promise<ServedCertificate | undefined>
  /** The certificate authority's name in CAA records. */
  readonly authority?: string
}

const LETS_ENCRYPT = 'letsencrypt.org'

/** Checks one host from outside: its records at the zone's own name servers and at a resolver, its CAA records, its certificate. */
export async function checkHost(host: string, machine: Machine, options: CheckOptions): Promise<HostCheck> {
  const question = host.replace(/^\*\./, 'rediacc-check.')
  const problems: string[] = []
  try {
    const servers = await zoneServers(host, options.resolver)
    if (servers === undefined || servers.addresses.length === 0)
      return {
        host,
        verdict: 'missing',
        addresses: [],
        problems: [
          `Nobody answers for ${host}: the domain isn't registered, or has no name servers. Register it, and give it name servers.`,
        ],
      }
    const ask = firstThatAnswers(servers, options)
    const [a, aaaa] = await Promise.all([ask((lookup) => lookup.a(question)), ask((lookup) => lookup.aaaa(question))])
    const addresses = [...a, ...aaaa]
    const verdict = verdictOf(addresses, machine)
    problems.push(...addressProblems(host, a, aaaa, verdict, machine))
    if (verdict !== 'missing') problems.push(...(await resolverProblems(question, host, a, options.resolver)))
    problems.push(...(await authorityProblems(host, ask, options.authority ?? LETS_ENCRYPT)))
    const served = host.startsWith('*.') ? undefined : await options.certificate(host)
    problems.push(...certificateProblems(host, served, machine))
    return { host, verdict, addresses, ...(served?.isTrusted === true && { certificateUntil: served.until }), problems }
  } catch (error) {
    if (!(error instanceof LookupError)) throw error
    return {
      host,
      verdict: 'unknown',
      addresses: [],
      problems: [`${error.message}. Is DNS reachable from here? Name another resolver with --resolver.`],
    }
  }
}

type Ask = <T>(question: (lookup: Lookup) => Promise<T>) => Promise<T>

function firstThatAnswers({ addresses }: ZoneServers, { at }: CheckOptions): Ask {
  return async (question) => {
    let failure: unknown
    for (const address of addresses)
      try {
        return await question(at(address))
      } catch (error) {
        failure = error
      }
    throw failure
  }
}

function verdictOf(addresses: readonly string[], { infra: { publicIpv4, publicIpv6 } }: Machine): HostCheck['verdict'] {
  if (addresses.length === 0) return 'missing'
  if (addresses.every((address) => address === publicIpv4 || address === publicIpv6)) return 'here'
  return addresses.some(isCloudflares) ? 'proxied' : 'elsewhere'
}

function addressProblems(
  host: string,
  a: readonly string[],
  aaaa: readonly string[],
  verdict: HostCheck['verdict'],
  { name, infra }: Machine,
): readonly string[] {
  const { publicIpv4 = '', publicIpv6 } = infra
  const cure = `rdc dns apply ${name}`
  if (verdict === 'missing')
    return [
      `${host} has no address record. Add "${zoneLine({ name: host, type: 'A', content: publicIpv4 })}", or run "${cure}".`,
    ]
  if (verdict === 'proxied')
    return [
      `${host} points to Cloudflare's proxy: HTTPS goes through them and TCP and UDP ports don't reach ${name}. Switch the proxy off for this record.`,
    ]
  const strangers = [...a, ...aaaa].filter((address) => address !== publicIpv4 && address !== publicIpv6)
  return [
    ...(strangers.length === 0
      ? []
      : [
          `${host} points to ${strangers.join(', ')}, which isn't ${name}: visitors and the certificate end up there. Correct the record, or run "${cure}".`,
        ]),
    ...(publicIpv6 !== undefined && aaaa.length === 0
      ? [
          `${host} has no AAAA record, so nobody reaches it by IPv6. Add "${zoneLine({ name: host, type: 'AAAA', content: publicIpv6 })}", or run "${cure}".`,
        ]
      : []),
  ]
}

async function resolverProblems(
  question: string,
  host: string,
  there: readonly string[],
  resolver: Lookup,
): Promise<readonly string[]> {
  const seen = await resolver.a(question)
  const isSame = seen.length === there.length && seen.every((address) => there.includes(address))
  return isSame
    ? []
    : [
        `A resolver still says ${seen.join(', ') || 'that there is none'} for ${host}: the change isn't visible everywhere yet. Wait for the old record's time to live.`,
      ]
}

/** The nearest CAA records decide, from the host upwards. */
async function authorityProblems(host: string, ask: Ask, authority: string): Promise<readonly string[]> {
  const isWildcard = host.startsWith('*.')
  const labels = host.replace(/^\*\./, '').split('.')
  for (let from = 0; from < labels.length - 1; from += 1) {
    const name = labels.slice(from).join('.')
    const records = await ask((lookup) => lookup.caa(name)).catch(() => [])
    if (records.length === 0) continue
    const tag = isWildcard && records.some((record) => record.startsWith('issuewild ')) ? 'issuewild' : 'issue'
    const allowed = records
      .filter((record) => record.startsWith(`${tag} `))
      .map((record) => record.slice(tag.length + 1))
    if (allowed.length === 0 || allowed.some((one) => one.split(';')[0]?.trim() === authority)) return []
    return [
      `The CAA record of ${name} allows only ${allowed.join(', ')}: ${authority} gives no certificate for ${host}. Add "${name}. IN CAA 0 ${tag} "${authority}"".`,
    ]
  }
  return []
}

function certificateProblems(
  host: string,
  served: ServedCertificate | undefined,
  { name }: Machine,
): readonly string[] {
  if (host.startsWith('*.')) return []
  if (served === undefined)
    return [`${name} gives no answer for https://${host} from here. Look at "rdc context status ${name}".`]
  if (served.isStaging)
    return [
      `https://${host} has a certificate of a staging authority (${served.issuer}), which nobody trusts. Go to the real one: rdc context set-infra ${name} --acme-server letsencrypt, then push-infra.`,
    ]
  if (!served.isFor)
    return [
      `https://${host} has no certificate of its own yet (what is served: ${served.subject}). Look at what is in the way: "rdc context status ${name}".`,
    ]
  return served.isTrusted
    ? []
    : [`https://${host} has a certificate that isn't trusted here (${served.issuer}): ${served.why}.`]
}
