import { middlewares } from './http-middlewares.ts'
import type { Obsolete } from './nodes.ts'
import { boolean, duration, integer, internal, list, map, marked, string, strings, struct } from './nodes.ts'
import { certificates, CONTENT, domain, spiffe } from './tls.ts'

/** What HTTP and TCP routers say about TLS alike. */
export const routerTls = {
  options: string({ refers: 'tls.options' }),
  certResolver: string(),
  domains: list(domain),
}
const tls = struct({ ...routerTls, resolvedOptions: internal() }, { allowEmpty: true })

const observability = struct({
  accessLogs: boolean({ optional: true }),
  metrics: boolean({ optional: true }),
  tracing: boolean({ optional: true }),
  traceVerbosity: string({ default: 'minimal', values: ['minimal', 'detailed'], since: '3.5' }),
  metadata: internal(),
})

/** Above it are Traefik's own routers, such as the redirection from HTTP to HTTPS. */
export const MAX_PRIORITY = 2n ** 63n - 1001n

/** What HTTP and TCP routers say about it alike. */
export const RULE_SYNTAX: Obsolete = {
  effect: 'same',
  instead: 'Leave it out, and write the rule as Traefik 3 spells it',
}

const router = struct(
  {
    entryPoints: strings(),
    middlewares: strings({ refers: 'http.middlewares' }),
    service: string({ refers: 'http.services' }),
    rule: string({ form: 'http-rule', required: true }),
    parentRefs: strings({ label: 'ignored', refers: 'http.routers', since: '3.6' }),
    ruleSyntax: string({ obsolete: RULE_SYNTAX }),
    priority: integer({ max: MAX_PRIORITY }),
    tls,
    observability,
    defaultRule: internal(),
    deniedEncodedPathCharacters: internal(),
  },
  { whole: 'http-router' },
)

const cookie = struct(
  {
    name: string(),
    secure: boolean(),
    httpOnly: boolean(),
    sameSite: string(),
    maxAge: integer(),
    path: string({ optional: true, default: '/' }),
    domain: string({ since: '3.4' }),
    expires: internal(),
  },
  { allowEmpty: true },
)
const sticky = struct({ cookie })

/** A marker: present, so on. */
const healthCheckMarker = struct({}, { allowEmpty: true })

const weightedService = struct({
  name: string({ refers: 'http.services', required: true }),
  weight: integer({ optional: true, default: 1 }),
  headers: internal(),
  status: internal(),
  grpcStatus: internal(),
})

const loadBalancer = struct({
  sticky: marked(sticky, { allowEmpty: true }),
  servers: list(
    struct({
      url: string({ form: 'url', reaches: 'url' }),
      weight: integer({ optional: true, default: 1 }),
      preservePath: boolean(),
      scheme: string({ document: 'ignored' }),
      port: string({ document: 'ignored' }),
      fenced: internal(),
    }),
    { labelName: 'server' },
  ),
  strategy: string({ default: 'wrr', values: ['wrr', 'p2c', 'hrw', 'leasttime'], since: '3.4', form: 'one-of-values' }),
  healthCheck: struct({
    scheme: string({ reaches: 'url-scheme' }),
    mode: string({ default: 'http' }),
    path: string({ reaches: 'url-path' }),
    method: string(),
    status: integer(),
    port: integer(),
    interval: duration({ default: '30s' }),
    unhealthyInterval: duration({ optional: true, since: '3.5' }),
    timeout: duration({ default: '5s' }),
    hostname: string(),
    followRedirects: boolean({ optional: true, default: true, reaches: 'redirects' }),
    headers: map(string()),
  }),
  passiveHealthCheck: struct(
    { failureWindow: duration({ default: '10s' }), maxFailedAttempts: integer({ default: 1 }) },
    { since: '3.6' },
  ),
  passHostHeader: boolean({ optional: true, default: true }),
  responseForwarding: struct({ flushInterval: duration({ default: '100ms' }) }),
  serversTransport: string({ refers: 'http.serversTransports' }),
  nginxUpstreamHashBy: internal(),
})

const service = struct(
  {
    middlewares: strings({ refers: 'http.middlewares', since: '3.7' }),
    loadBalancer,
    highestRandomWeight: struct(
      {
        services: list(
          struct({
            name: string({ refers: 'http.services', required: true }),
            weight: integer({ optional: true, default: 1 }),
          }),
        ),
        healthCheck: healthCheckMarker,
      },
      { label: 'ignored', since: '3.6' },
    ),
    weighted: struct({ services: list(weightedService), sticky, healthCheck: healthCheckMarker }, { label: 'ignored' }),
    mirroring: struct(
      {
        service: string({ refers: 'http.services', required: true }),
        mirrorBody: boolean({ optional: true, default: true }),
        maxBodySize: integer({ optional: true, default: -1 }),
        mirrors: list(
          struct({ name: string({ refers: 'http.services', required: true }), percent: integer({ min: 0, max: 100 }) }),
        ),
        healthCheck: healthCheckMarker,
      },
      { label: 'ignored' },
    ),
    failover: struct(
      {
        service: string({ refers: 'http.services', required: true }),
        fallback: string({ refers: 'http.services', required: true }),
        healthCheck: healthCheckMarker,
        errors: struct(
          { maxRequestBodyBytes: integer({ optional: true, default: -1 }), status: strings({ form: 'status-range' }) },
          { since: '3.7' },
        ),
      },
      { label: 'ignored' },
    ),
  },
  { whole: 'one-kind' },
)

const serversTransport = struct({
  serverName: string(),
  insecureSkipVerify: boolean(),
  rootCAs: strings(CONTENT),
  certificates,
  cipherSuites: strings({ since: '3.7' }),
  minVersion: string({ since: '3.7' }),
  maxVersion: string({ since: '3.7' }),
  maxIdleConnsPerHost: integer(),
  forwardingTimeouts: struct({
    dialTimeout: duration({ default: '30s' }),
    responseHeaderTimeout: duration(),
    idleConnTimeout: duration({ default: '1m30s' }),
    readIdleTimeout: duration(),
    pingTimeout: duration({ default: '15s' }),
    readTimeout: duration({ since: '3.7' }),
    writeTimeout: duration({ since: '3.7' }),
  }),
  disableHTTP2: boolean(),
  peerCertURI: string(),
  spiffe,
})

export const http = struct({
  routers: map(router),
  services: map(service),
  middlewares: map(middlewares),
  models: map(
    struct({
      middlewares: strings({ refers: 'http.middlewares' }),
      tls,
      observability,
      deniedEncodedPathCharacters: internal(),
      defaultRuleSyntax: internal(),
    }),
  ),
  serversTransports: map(serversTransport, { label: 'ignored' }),
})
