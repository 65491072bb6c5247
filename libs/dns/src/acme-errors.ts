/** Why a certificate wasn't issued, and what to do. */
type Row = readonly [said: RegExp, sentence: (machine: string, found: RegExpExecArray) => string]

const token = (machine: string): string =>
  `rdc context set-infra ${machine} --cf-dns-token-file FILE, then rdc context push-infra ${machine}`

/** What Traefik and its ACME client say, and what that means here; the first that fits. */
const ROWS: readonly Row[] = [
  [
    /9109|Invalid access token|6003|Invalid request headers/,
    (machine) => `Cloudflare doesn't know the token: it is mistyped, expired or revoked. ${token(machine)}`,
  ],
  [
    /\b10000\b|Authentication error|permission/i,
    (machine) =>
      `The token may not edit records: it needs Zone:DNS:Edit. Give it that at Cloudflare, or another one: ${token(machine)}`,
  ],
  [
    /failed to find zone ([\w.-]+)|zone (?:could not be|not) found/i,
    (machine, [, zone]) =>
      `The token sees no zone ${zone ?? ''}: it is for another one, or the domain isn't at Cloudflare. ${token(machine)}`,
  ],
  [
    /rateLimited|too many (certificates|failed|new orders|registrations)/i,
    (machine) =>
      `The certificate authority's rate limit is used up. Wait until what it says (an hour to a week); try set-ups at the staging one: rdc context set-infra ${machine} --acme-server letsencrypt-staging`,
  ],
  [
    /CAA record|caa/i,
    (machine) => `A CAA record of the domain forbids the certificate authority. "rdc dns check ${machine}" says which.`,
  ],
  [
    /propagation|time limit exceeded|NXDOMAIN.*_acme-challenge|did not return the expected TXT record/i,
    (machine) =>
      `The challenge's record wasn't seen in time. "rdc context push-infra ${machine}" looks again how it can be seen from there; "rdc dns check ${machine}" says whether DNS is right.`,
  ],
  [
    /x509|certificate signed by unknown authority/i,
    (machine) =>
      `The ACME server's own certificate isn't trusted there. Give its root: rdc context set-infra ${machine} --acme-root FILE`,
  ],
  [
    /connection refused|no such host|i\/o timeout|dial tcp/i,
    (machine) =>
      `The machine reaches the certificate authority or Cloudflare not at all: ports 443 and 53 have to be open outwards on ${machine}.`,
  ],
  [
    /invalidContact|contact/i,
    (machine) =>
      `The certificate authority doesn't take the e-mail address: rdc context set-infra ${machine} --cert-email ADDRESS`,
  ],
]

/** Causes of what stands in Traefik's log about certificates; each once, with the domains concerned where the line names them. */
export function certificateCauses(lines: readonly string[], machine: string): readonly string[] {
  const causes = new Map<string, Set<string>>()
  for (const line of lines) {
    const row = ROWS.flatMap(([pattern, sentence]) => {
      const found = pattern.exec(line)
      return found ? [sentence(machine, found)] : []
    })[0]
    const cause = row ?? `Traefik couldn't get a certificate: ${line.replace(/^.*? ERR /, '').slice(0, 300)}`
    const domains = /domains?=\[?"?([^\]"]+)/.exec(line)?.[1] ?? ''
    const known = causes.get(cause) ?? new Set()
    for (const domain of domains.split(/[ ,]+/)) if (domain !== '') known.add(domain)
    causes.set(cause, known)
  }
  return [...causes].map(([cause, domains]) => (domains.size === 0 ? cause : `${[...domains].join(', ')}: ${cause}`))
}
