import { parseGoBool } from '../go/bool.ts'
import { fold } from '../labels/fold.ts'
import type { PartName } from './parts.ts'
import {
  boolean,
  duration,
  entryPoints,
  flag,
  idle,
  integer,
  list,
  none,
  oneOf,
  pairs,
  pattern,
  port,
  refusing,
  scheme,
  secureHost,
  source,
  text,
  unneeded,
  where,
} from './readings.ts'
import type { Given, Read } from './readings.ts'

/** What one label of Traefik 1 becomes. */
export interface Field {
  readonly part: PartName
  /** Below the element; empty where it becomes nothing. */
  readonly path: string
  readonly read: Read
  /** Why it did nothing, beside the others. */
  readonly idle?: (given: Given) => string | undefined
}

type Idle = NonNullable<Field['idle']>

const field = (part: PartName, path: string, read: Read, idle?: Idle): Field => ({
  part,
  path,
  read,
  ...(idle && { idle }),
})

const has = (given: Given, prefix: string): boolean => {
  for (const [name, value] of given) if (name.startsWith(prefix) && value !== '') return true
  return false
}

const without =
  (name: string): Idle =>
  (given) =>
    has(given, fold(name)) ? undefined : `it did nothing without ${name}`

const beside =
  (...names: readonly string[]): Idle =>
  (given) => {
    const other = names.find((name) => has(given, fold(name)))
    return other === undefined ? undefined : `Traefik 1 took ${other} in its place`
  }

const both =
  (...all: readonly Idle[]): Idle =>
  (given) => {
    for (const idle of all) {
      const reason = idle(given)
      if (reason !== undefined) return reason
    }
    return undefined
  }

const isOn = (given: Given, name: string): boolean => parseGoBool(given.get(fold(name)) ?? '') === true

const STICKY = 'backend.loadbalancer.stickiness'
const notSticky: Idle = (given) =>
  isOn(given, STICKY) || isOn(given, 'backend.loadbalancer.sticky')
    ? undefined
    : `it did nothing without ${STICKY}=true`

const plainly: Idle = (given) =>
  isOn(given, 'frontend.headers.SSLRedirect') ? undefined : 'it did nothing without headers.SSLRedirect=true'

const BASIC = 'frontend.auth.basic'
const DIGEST = 'frontend.auth.digest'
const FORWARD = 'frontend.auth.forward'
const BASIC_USERS: Field = field('auth', 'basicauth.users', list)

/** How Traefik 3 calls what HTTP middlewares of headers are called alike in both. */
const HEADER_FIELDS: Readonly<Record<string, Read>> = {
  customRequestHeaders: pairs,
  customResponseHeaders: pairs,
  SSLProxyHeaders: pairs,
  allowedHosts: list,
  hostsProxyHeaders: list,
  STSSeconds: integer(0n),
  STSIncludeSubdomains: flag,
  STSPreload: flag,
  forceSTSHeader: flag,
  frameDeny: flag,
  customFrameOptionsValue: text,
  contentTypeNosniff: flag,
  browserXSSFilter: flag,
  customBrowserXSSValue: text,
  contentSecurityPolicy: text,
  publicKey: text,
  referrerPolicy: text,
  isDevelopment: flag,
}

const CLIENT_CERTIFICATE: Readonly<Record<string, string>> = {
  pem: 'pem',
  'infos.notAfter': 'info.notafter',
  'infos.notBefore': 'info.notbefore',
  'infos.sans': 'info.sans',
  ...Object.fromEntries(
    ['subject', 'issuer'].flatMap((side) =>
      ['country', 'province', 'locality', 'organization', 'commonName', 'serialNumber', 'domainComponent'].map(
        (name) => [`infos.${side}.${name}`, `info.${side}.${fold(name)}`],
      ),
    ),
  ),
}

/**
 * Every label of Traefik 1's Docker provider, spelled as there, without `traefik.` and the segment; `*` is a name. Of several readings the first
 * counts that isn't idle. `frontend.rule`, `domain` and `backend` are more than a value, and read where routers are made.
 */
export const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  'frontend.rule': [field('router', 'rule', text)],
  domain: [field('router', 'rule', text)],
  backend: [field('service', '', text)],

  'frontend.entryPoints': [field('router', 'entrypoints', entryPoints)],
  'frontend.priority': [field('router', 'priority', integer(1n))],
  'frontend.passHostHeader': [field('service', 'loadbalancer.passhostheader', boolean)],

  port: [field('service', 'loadbalancer.server.port', port)],
  protocol: [field('service', 'loadbalancer.server.scheme', oneOf('http', 'https', 'h2c'))],
  weight: [field('service', 'loadbalancer.server.weight', integer(1n))],
  tags: [field('router', '', unneeded('nothing is chosen by tags here; leave it out'))],
  portName: [field('service', '', none('it is not for Docker; write loadbalancer.server.port'))],
  portIndex: [field('service', '', none('it is not for Docker; write loadbalancer.server.port'))],

  'frontend.errors.*.status': [field('errors', 'errors.status', list)],
  'frontend.errors.*.query': [field('errors', 'errors.query', text)],
  'frontend.errors.*.backend': [field('errors', 'errors.service', text)],

  'frontend.whiteList.sourceRange': [field('allowlist', 'ipallowlist.sourcerange', list)],
  'frontend.whitelistSourceRange': [
    field('allowlist', 'ipallowlist.sourcerange', list, beside('frontend.whiteList.sourceRange')),
  ],
  'frontend.whiteList.useXForwardedFor': [
    field(
      'allowlist',
      'ipallowlist.ipstrategy.depth',
      where((path) => [[path, '1']]),
    ),
  ],

  'frontend.redirect.entryPoint': [field('redirect', 'redirectscheme.scheme', scheme)],
  'frontend.redirect.regex': [
    field(
      'redirect',
      'redirectregex.regex',
      pattern,
      both(beside('frontend.redirect.entryPoint'), without('frontend.redirect.replacement')),
    ),
  ],
  'frontend.redirect.replacement': [
    field(
      'redirect',
      'redirectregex.replacement',
      text,
      both(beside('frontend.redirect.entryPoint'), without('frontend.redirect.regex')),
    ),
  ],
  'frontend.redirect.permanent': [
    field('redirect', 'redirectscheme.permanent', flag, without('frontend.redirect.entryPoint')),
    field(
      'redirect',
      'redirectregex.permanent',
      flag,
      both(
        beside('frontend.redirect.entryPoint'),
        without('frontend.redirect.regex'),
        without('frontend.redirect.replacement'),
      ),
    ),
  ],

  'frontend.headers.SSLRedirect': [
    field(
      'https',
      'redirectscheme',
      where((path, given) =>
        // With a host of its own the redirection is another one.
        has(given, fold('frontend.headers.SSLHost'))
          ? []
          : [
              [`${path}.scheme`, 'https'],
              [`${path}.permanent`, 'true'],
            ],
      ),
    ),
  ],
  'frontend.headers.SSLTemporaryRedirect': [
    field(
      'https',
      'redirectscheme.permanent',
      where((path) => [[path, 'false']]),
      both(plainly, (given) => (has(given, fold('frontend.headers.SSLHost')) ? 'as redirectregex' : undefined)),
    ),
    field(
      'https',
      'redirectregex.permanent',
      where((path) => [[path, 'false']]),
      plainly,
    ),
  ],
  'frontend.headers.SSLHost': [field('https', 'redirectregex', secureHost, plainly)],
  'frontend.headers.SSLForceHost': [
    field('https', '', refusing('give the other hosts a router of their own, with a redirectregex to this one')),
  ],
  ...Object.fromEntries(
    Object.entries(HEADER_FIELDS).map(([name, read]) => [
      `frontend.headers.${name}`,
      [field('headers', `headers.${fold(name)}`, read)],
    ]),
  ),

  ...Object.fromEntries(
    Object.entries(CLIENT_CERTIFICATE).map(([name, path]) => [
      `frontend.passTLSClientCert.${name}`,
      [field('clientcert', `passtlsclientcert.${path}`, flag)],
    ]),
  ),
  'frontend.passTLSCert': [
    field('clientcert', '', refusing('Traefik 3 hands the certificate on in a header: passtlsclientcert.pem=true')),
  ],

  [BASIC]: [BASIC_USERS],
  [`${BASIC}.users`]: [
    { ...BASIC_USERS, idle: (given) => (given.get(BASIC) ? `Traefik 1 took ${BASIC} in its place` : undefined) },
  ],
  [`${BASIC}.usersFile`]: [field('auth', 'basicauth.usersfile', text)],
  [`${BASIC}.removeHeader`]: [field('auth', 'basicauth.removeheader', flag)],
  [`${DIGEST}.users`]: [field('auth', 'digestauth.users', list, beside(BASIC))],
  [`${DIGEST}.usersFile`]: [field('auth', 'digestauth.usersfile', text, beside(BASIC))],
  [`${DIGEST}.removeHeader`]: [field('auth', 'digestauth.removeheader', flag, beside(BASIC))],
  [`${FORWARD}.address`]: [field('auth', 'forwardauth.address', text, beside(BASIC, DIGEST))],
  [`${FORWARD}.authResponseHeaders`]: [field('auth', 'forwardauth.authresponseheaders', list, beside(BASIC, DIGEST))],
  [`${FORWARD}.trustForwardHeader`]: [field('auth', 'forwardauth.trustforwardheader', flag, beside(BASIC, DIGEST))],
  ...Object.fromEntries(
    Object.entries({ ca: text, cert: text, key: text, insecureSkipVerify: flag }).map(([name, read]) => [
      `${FORWARD}.tls.${name}`,
      [field('auth', `forwardauth.tls.${fold(name)}`, read, beside(BASIC, DIGEST))],
    ]),
  ),
  [`${FORWARD}.tls.caOptional`]: [
    field('auth', '', unneeded('Traefik 3 takes it and looks away; leave it out'), beside(BASIC, DIGEST)),
  ],
  'frontend.auth.headerField': [
    field('auth', 'basicauth.headerfield', text, without(BASIC)),
    field('auth', 'digestauth.headerfield', text, both(beside(BASIC), without(DIGEST))),
    field('auth', 'forwardauth.headerfield', text, both(beside(BASIC, DIGEST), without(FORWARD))),
  ],

  'backend.circuitbreaker.expression': [field('breaker', 'circuitbreaker.expression', text)],
  'backend.buffering.maxRequestBodyBytes': [field('buffering', 'buffering.maxrequestbodybytes', integer(0n))],
  'backend.buffering.memRequestBodyBytes': [field('buffering', 'buffering.memrequestbodybytes', integer(0n))],
  'backend.buffering.maxResponseBodyBytes': [field('buffering', 'buffering.maxresponsebodybytes', integer(0n))],
  'backend.buffering.memResponseBodyBytes': [field('buffering', 'buffering.memresponsebodybytes', integer(0n))],
  'backend.buffering.retryExpression': [field('buffering', 'buffering.retryexpression', text)],
  'backend.maxconn.amount': [field('inflight', 'inflightreq.amount', integer(1n))],
  'backend.maxconn.extractorfunc': [
    field('inflight', 'inflightreq.sourcecriterion', source, without('backend.maxconn.amount')),
  ],
  'frontend.rateLimit.extractorFunc': [
    field('ratelimit', 'ratelimit.sourcecriterion', source, without('frontend.rateLimit.rateSet')),
  ],
  'frontend.rateLimit.rateSet.*.average': [field('ratelimit', 'ratelimit.average', integer(1n))],
  'frontend.rateLimit.rateSet.*.period': [field('ratelimit', 'ratelimit.period', duration)],
  'frontend.rateLimit.rateSet.*.burst': [field('ratelimit', 'ratelimit.burst', integer(1n))],

  'backend.healthcheck.path': [field('service', 'loadbalancer.healthcheck.path', text)],
  ...Object.fromEntries(
    Object.entries({
      scheme: oneOf('http', 'https'),
      port,
      interval: duration,
      hostname: text,
      headers: pairs,
    }).map(([name, read]) => [
      `backend.healthcheck.${name}`,
      [field('service', `loadbalancer.healthcheck.${name}`, read, without('backend.healthcheck.path'))],
    ]),
  ),
  'backend.loadbalancer.method': [
    field('service', 'loadbalancer.strategy', (value, path, given) =>
      fold(value) === 'drr'
        ? idle('Traefik 3 has no drr; leave it out, or write loadbalancer.strategy=leasttime')
        : oneOf('wrr')(value, path, given),
    ),
  ],
  [STICKY]: [field('service', 'loadbalancer.sticky.cookie', flag)],
  'backend.loadbalancer.sticky': [field('service', 'loadbalancer.sticky.cookie', flag, beside(STICKY))],
  [`${STICKY}.cookieName`]: [field('service', 'loadbalancer.sticky.cookie.name', text, notSticky)],
  [`${STICKY}.secure`]: [field('service', 'loadbalancer.sticky.cookie.secure', flag, notSticky)],
  [`${STICKY}.httpOnly`]: [field('service', 'loadbalancer.sticky.cookie.httponly', flag, notSticky)],
  [`${STICKY}.sameSite`]: [
    field('service', 'loadbalancer.sticky.cookie.samesite', oneOf('none', 'lax', 'strict'), notSticky),
  ],
  'backend.loadbalancer.swarm': [field('service', '', unneeded('there is no swarm here; leave it out'))],
  'backend.responseForwarding.flushInterval': [
    field('service', 'loadbalancer.responseforwarding.flushinterval', duration),
  ],
  'backend.id': [field('service', '', none('it is not for Docker; leave it out'))],
}

const BY_FOLDED: ReadonlyMap<string, readonly Field[]> = new Map(
  Object.entries(FIELDS).map(([name, fields]) => [fold(name), fields]),
)

const NAMED = [
  { before: 'frontend.errors.', after: 1 },
  { before: 'frontend.ratelimit.rateset.', after: 1 },
]

/** A label's readings, and the name that it chooses (of an error page, a rate). */
export interface Known {
  readonly fields: readonly Field[]
  readonly instance: string
}

/** By the folded name, without `traefik.` and the segment. */
export function knownField(name: string): Known | undefined {
  const exact = BY_FOLDED.get(name)
  if (exact) return { fields: exact, instance: '' }
  const named = NAMED.find(({ before }) => name.startsWith(before))
  if (!named) return undefined
  const [instance = '', ...rest] = name.slice(named.before.length).split('.')
  const fields = rest.length === named.after ? BY_FOLDED.get(`${named.before}*.${rest.join('.')}`) : undefined
  return fields && instance !== '' ? { fields, instance } : undefined
}

/** As Traefik 1 spelled them. */
export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS)
