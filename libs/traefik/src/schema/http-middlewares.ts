import type { Obsolete } from './nodes.ts'
import { boolean, duration, integer, internal, map, marked, raw, string, strings, struct } from './nodes.ts'
import { clientTls } from './tls.ts'

const ENCODINGS = ['gzip', 'br', 'zstd']

/** With more, requests per second may overflow, and Traefik divides by zero: it would never take another document. */
const MAX_AVERAGE = 9_223_372_036

/** Traefik makes room for all of them at once. A negative number, or one too large, ends it likewise. */
const MAX_CONNECTIONS = 10_000

const ipStrategy = struct(
  {
    depth: integer(),
    excludedIPs: strings(),
    ipv6Subnet: integer({ optional: true }),
  },
  { whole: 'ip-strategy' },
)

const sourceCriterion = struct(
  { ipStrategy, requestHeaderName: string(), requestHost: boolean() },
  { whole: 'source-criterion' },
)

/** Of HTTP and of TCP. */
export const RENAMED: Obsolete = { effect: 'same', instead: 'Use ipAllowList, which has the same fields' }

const ipList = {
  sourceRange: strings({ form: 'ip-or-range', required: true }),
  ipStrategy: marked(ipStrategy, { allowEmpty: true }),
}

const REDIRECTED: Obsolete = {
  effect: 'none',
  instead: 'Plain HTTP is redirected by the entry point; elsewhere use a middleware with redirectscheme.scheme=https',
}
const REDIRECTED_HOST: Obsolete = { effect: 'none', instead: 'Use a middleware with redirectregex' }

const headers = struct(
  {
    customRequestHeaders: map(string()),
    customResponseHeaders: map(string()),
    accessControlAllowCredentials: boolean(),
    accessControlAllowHeaders: strings(),
    accessControlAllowMethods: strings(),
    accessControlAllowOriginList: strings(),
    accessControlAllowOriginListRegex: strings({ form: 'regexp' }),
    accessControlExposeHeaders: strings(),
    accessControlMaxAge: integer({ optional: true }),
    addVaryHeader: boolean(),
    allowedHosts: strings(),
    hostsProxyHeaders: strings(),
    sslProxyHeaders: map(string()),
    stsSeconds: integer({ optional: true }),
    stsIncludeSubdomains: boolean(),
    stsPreload: boolean(),
    forceSTSHeader: boolean(),
    frameDeny: boolean(),
    customFrameOptionsValue: string(),
    contentTypeNosniff: boolean(),
    browserXssFilter: boolean(),
    customBrowserXSSValue: string(),
    contentSecurityPolicy: string(),
    contentSecurityPolicyReportOnly: string(),
    publicKey: string(),
    referrerPolicy: string(),
    permissionsPolicy: string(),
    isDevelopment: boolean(),
    featurePolicy: string({ optional: true, obsolete: { effect: 'none', instead: 'Use headers.permissionsPolicy' } }),
    sslRedirect: boolean({ optional: true, obsolete: REDIRECTED }),
    sslTemporaryRedirect: boolean({ optional: true, obsolete: REDIRECTED }),
    sslHost: string({ optional: true, obsolete: REDIRECTED_HOST }),
    sslForceHost: boolean({ optional: true, obsolete: REDIRECTED_HOST }),
  },
  { whole: 'headers' },
)

const subject = {
  country: boolean(),
  province: boolean(),
  locality: boolean(),
  organization: boolean(),
  commonName: boolean(),
  serialNumber: boolean(),
  domainComponent: boolean(),
}

/** One middleware: exactly one of these is set. */
export const middlewares = struct(
  {
    addPrefix: struct({ prefix: string({ required: true }) }),
    stripPrefix: struct({
      prefixes: strings(),
      forceSlash: boolean({ optional: true, obsolete: { effect: 'same', instead: 'Leave it out' } }),
    }),
    stripPrefixRegex: struct({ regex: strings({ form: 'regexp' }) }),
    replacePath: struct({ path: string() }),
    replacePathRegex: struct({
      regex: string({ form: 'trimmed-regexp' }),
      replacement: string({ use: 'replacement' }),
    }),
    chain: struct({ middlewares: strings({ refers: 'http.middlewares' }) }),
    ipWhiteList: struct(ipList, { obsolete: RENAMED }),
    ipAllowList: struct({ ...ipList, rejectStatusCode: integer({ allowEmpty: true }) }, { whole: 'ip-allow-list' }),
    headers,
    encodedCharacters: struct(
      {
        allowEncodedSlash: boolean(),
        allowEncodedBackSlash: boolean(),
        allowEncodedNullCharacter: boolean(),
        allowEncodedSemicolon: boolean(),
        allowEncodedPercent: boolean(),
        allowEncodedQuestionMark: boolean(),
        allowEncodedHash: boolean(),
      },
      { since: '3.7' },
    ),
    errors: struct(
      {
        status: strings({ form: 'status-range' }),
        statusRewrites: map(integer(), { since: '3.4' }),
        service: string({ refers: 'http.services', required: true }),
        query: string(),
        errorRequestHeaders: strings({ since: '3.6' }),
        nginxHeaders: internal(),
      },
      { whole: 'error-page' },
    ),
    rateLimit: struct({
      average: integer({ max: MAX_AVERAGE }),
      period: duration({ default: '1s', min: 0 }),
      burst: integer({ default: 1 }),
      sourceCriterion,
      redis: struct(
        {
          endpoints: strings({ default: ['localhost:6379'], reaches: 'address' }),
          tls: struct(clientTls, { whole: 'client-tls' }),
          username: string(),
          password: string(),
          db: integer(),
          poolSize: integer({ min: 0, max: MAX_CONNECTIONS }),
          minIdleConns: integer({ max: MAX_CONNECTIONS }),
          maxActiveConns: integer(),
          readTimeout: duration({ optional: true, default: '3s' }),
          writeTimeout: duration({ optional: true, default: '3s' }),
          dialTimeout: duration({ optional: true, default: '5s' }),
        },
        { since: '3.4' },
      ),
    }),
    redirectRegex: struct({
      regex: string({ form: 'regexp' }),
      replacement: string({ use: 'replacement' }),
      permanent: boolean(),
      statusCode: internal(),
    }),
    redirectScheme: struct({
      scheme: string({ required: true }),
      port: string(),
      permanent: boolean(),
      forcePermanentRedirect: internal(),
    }),
    basicAuth: struct(
      {
        users: strings({ form: 'basic-user', use: 'basic-hash' }),
        usersFile: string({ reaches: 'file' }),
        realm: string(),
        removeHeader: boolean(),
        headerField: string(),
      },
      { whole: 'basic-auth' },
    ),
    digestAuth: struct({
      users: strings({ form: 'digest-user', use: 'digest-hash' }),
      usersFile: string({ reaches: 'file' }),
      removeHeader: boolean(),
      realm: string(),
      headerField: string(),
    }),
    forwardAuth: struct({
      address: string({ reaches: 'url' }),
      tls: struct(
        {
          ...clientTls,
          caOptional: boolean({
            optional: true,
            obsolete: { effect: 'none', instead: 'Leave it out; a client has no such choice' },
          }),
        },
        { whole: 'client-tls' },
      ),
      trustForwardHeader: boolean({ optional: true }),
      authResponseHeaders: strings(),
      authResponseHeadersRegex: string({ form: 'regexp' }),
      authRequestHeaders: strings(),
      maxResponseBodySize: integer({ optional: true, since: '3.6' }),
      addAuthCookiesToResponse: strings(),
      headerField: string(),
      forwardBody: boolean(),
      maxBodySize: integer({ optional: true, default: -1 }),
      preserveLocationHeader: boolean(),
      preserveRequestMethod: boolean({ since: '3.4' }),
      authSigninURL: string({ since: '3.7' }),
    }),
    inFlightReq: struct({ amount: integer(), sourceCriterion }),
    buffering: struct({
      maxRequestBodyBytes: integer({ min: 0 }),
      memRequestBodyBytes: integer({ min: 0 }),
      maxResponseBodyBytes: integer({ min: 0 }),
      memResponseBodyBytes: integer({ min: 0 }),
      retryExpression: string({ form: 'retry-expression' }),
      disableRequestBuffer: internal(),
      disableResponseBuffer: internal(),
    }),
    circuitBreaker: struct({
      expression: string({ form: 'circuit-breaker-expression', required: true }),
      checkPeriod: duration({ default: '100ms' }),
      fallbackDuration: duration({ default: '10s' }),
      recoveryDuration: duration({ default: '10s' }),
      responseCode: integer({ default: 503 }),
    }),
    compress: struct(
      {
        excludedContentTypes: strings({ form: 'media-type' }),
        includedContentTypes: strings({ form: 'media-type' }),
        minResponseBodyBytes: integer(),
        encodings: strings({ default: ENCODINGS, values: ENCODINGS, form: 'one-of-values' }),
        defaultEncoding: string({ values: ENCODINGS, form: 'one-of-values' }),
      },
      { allowEmpty: true, whole: 'compress' },
    ),
    passTLSClientCert: struct({
      pem: boolean(),
      info: struct({
        notAfter: boolean(),
        notBefore: boolean(),
        sans: boolean(),
        serialNumber: boolean(),
        subject: struct({ ...subject, organizationalUnit: boolean() }),
        issuer: struct(subject),
      }),
    }),
    retry: struct(
      {
        attempts: integer({ min: 1, required: true }),
        timeout: duration({ since: '3.7' }),
        initialInterval: duration(),
        maxRequestBodyBytes: integer({ optional: true, default: 2_097_152, since: '3.7' }),
        status: strings({ since: '3.7', form: 'status-range' }),
        disableRetryOnNetworkError: boolean({ since: '3.7' }),
        retryNonIdempotentMethod: boolean({ since: '3.7' }),
      },
      { whole: 'retry' },
    ),
    contentType: struct(
      {
        autoDetect: boolean({
          optional: true,
          obsolete: { effect: 'same', instead: 'Leave it out; the middleware alone switches detection on' },
        }),
      },
      { allowEmpty: true },
    ),
    grpcWeb: struct({ allowOrigins: strings() }),
    plugin: map(raw({ reaches: 'plugin' }), { whole: 'plugin' }),
    requestHeaderModifier: internal(),
    responseHeaderModifier: internal(),
    requestRedirect: internal(),
    urlRewrite: internal(),
    authTLSPassCertificateToUpstream: internal(),
    snippet: internal(),
    rewriteTarget: internal(),
    upstreamVHost: internal(),
    appRoot: internal(),
  },
  { whole: 'one-kind' },
)
