/** What the labels of one frontend or backend of Traefik 1 make in Traefik 3. */
export type PartName =
  | 'router'
  | 'service'
  | 'errors'
  | 'allowlist'
  | 'redirect'
  | 'https'
  | 'headers'
  | 'clientcert'
  | 'auth'
  | 'breaker'
  | 'buffering'
  | 'inflight'
  | 'ratelimit'

/** A part that is a middleware, called `{name}-{part}`. */
export interface MiddlewarePart {
  readonly part: Exclude<PartName, 'router' | 'service'>
  /** Without it more would be served than was meant. */
  readonly protects?: true
  /** Traefik 1 let nobody in where a label began with it and nothing was said. */
  readonly closes?: true
  /** One of these has to be said; a middleware without it would be none, or one that lets everything pass. */
  readonly needs: readonly string[]
  readonly missing: string
}

/** In the order in which requests pass them, which is Traefik 1's own. */
export const MIDDLEWARE_PARTS: readonly MiddlewarePart[] = [
  { part: 'errors', needs: ['errors.service'], missing: 'it needs errors.NAME.backend and .status' },
  {
    part: 'allowlist',
    protects: true,
    needs: ['ipallowlist.sourcerange'],
    missing: 'there are no addresses in whiteList.sourceRange',
  },
  {
    part: 'redirect',
    protects: true,
    needs: ['redirectscheme.scheme', 'redirectregex.regex'],
    missing: 'nothing says where to; write redirectscheme.scheme=https',
  },
  {
    part: 'https',
    protects: true,
    needs: ['redirectscheme.scheme', 'redirectregex.regex'],
    missing: 'nothing says where to; write redirectscheme.scheme=https',
  },
  { part: 'headers', needs: ['headers.'], missing: 'there is no header' },
  { part: 'clientcert', protects: true, needs: ['passtlsclientcert.'], missing: 'nothing says what to pass on' },
  {
    part: 'auth',
    protects: true,
    closes: true,
    needs: [
      'basicauth.users',
      'basicauth.usersfile',
      'digestauth.users',
      'digestauth.usersfile',
      'forwardauth.address',
    ],
    missing: 'nothing says who may come in; write basicauth.users or forwardauth.address',
  },
  { part: 'breaker', needs: ['circuitbreaker.expression'], missing: 'there is no expression' },
  { part: 'buffering', needs: ['buffering.'], missing: 'there is no limit' },
  { part: 'inflight', protects: true, needs: ['inflightreq.amount'], missing: 'there is no amount' },
  {
    part: 'ratelimit',
    protects: true,
    needs: ['ratelimit.average'],
    missing: 'there is no rateSet.NAME.average, so nothing would be limited',
  },
]

/** What labels that begin so are about, should Traefik 1 not have known them. */
export const PART_OF_PREFIX: readonly (readonly [prefix: string, part: MiddlewarePart['part']])[] = [
  ['frontend.auth', 'auth'],
  ['frontend.whitelist', 'allowlist'],
  ['frontend.ratelimit', 'ratelimit'],
  ['frontend.redirect', 'redirect'],
  ['frontend.passtls', 'clientcert'],
  ['frontend.headers', 'headers'],
  ['frontend.errors', 'errors'],
  ['backend.maxconn', 'inflight'],
]
