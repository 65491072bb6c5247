import type { Infra, Machine } from './machine.ts'

/** What a machine needs before it can be pushed to, and the flag of `set-infra` that gives it. */
export interface Missing {
  readonly what: string
  readonly flag: string
}

const NEEDED: readonly (readonly [key: keyof Infra, what: string, flag: string])[] = [
  ['publicIpv4', 'the public IPv4 address', '--public-ipv4 ADDRESS'],
  ['baseDomain', 'the base domain', '--base-domain DOMAIN'],
  ['certEmail', 'the e-mail address for certificates', '--cert-email ADDRESS'],
]

export function missingOf(infra: Infra, hasToken: boolean): readonly Missing[] {
  return [
    ...NEEDED.filter(([key]) => infra[key] === undefined).map(([, what, flag]) => ({ what, flag })),
    ...(hasToken ? [] : [{ what: 'the Cloudflare token', flag: '--cf-dns-token-file FILE' }]),
  ]
}

/** The same in sentences, each with the command that gives it. */
export const missingSettings = ({ name, infra }: Machine, hasToken: boolean): readonly string[] =>
  missingOf(infra, hasToken).map(({ what, flag }) => `${name} lacks ${what}: rdc context set-infra ${name} ${flag}`)
