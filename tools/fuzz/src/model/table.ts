/**
 * The dynamic configuration of Traefik 3.7 as a table, written down from Traefik's own structs. A key is a field; behind its
 * name `?` says that it may stand there empty, `-` that Traefik takes no notice of it (what is below it has to exist all the
 * same), `{}` that it holds structs by name and `[]` that it holds a list of them.
 */
export type Scalar = 'text' | 'bool' | 'int' | 'duration'
export type Shape = Scalar | 'texts' | 'text map' | 'int map' | 'raw' | Fields
export interface Fields {
  readonly [field: string]: Shape
}

const text = 'text'
const bool = 'bool'
const int = 'int'
const duration = 'duration'
const texts = 'texts'

const domain: Fields = { main: text, sans: texts }
const certificate: Fields = { certFile: text, keyFile: text }
const encodedCharacters: Fields = {
  allowEncodedSlash: bool,
  allowEncodedBackSlash: bool,
  allowEncodedNullCharacter: bool,
  allowEncodedSemicolon: bool,
  allowEncodedPercent: bool,
  allowEncodedQuestionMark: bool,
  allowEncodedHash: bool,
}
const routerTls: Fields = { options: text, certResolver: text, 'domains[]': domain, 'resolvedOptions-': text }
const observability: Fields = {
  accessLogs: bool,
  metrics: bool,
  tracing: bool,
  traceVerbosity: text,
  'metadata-': { 'ingress-': { namespace: text, ingressName: text, serviceName: text, servicePort: text } },
}
const cookie: Fields = {
  name: text,
  secure: bool,
  httpOnly: bool,
  sameSite: text,
  maxAge: int,
  path: text,
  domain: text,
  'expires-': int,
}
const weights: Fields = { name: text, weight: int }
const ipStrategy: Fields = { depth: int, excludedIPs: texts, ipv6Subnet: int }
const sourceCriterion: Fields = { ipStrategy, requestHeaderName: text, requestHost: bool }
const clientTls: Fields = { ca: text, cert: text, key: text, insecureSkipVerify: bool }
const spiffe: Fields = { ids: texts, trustDomain: text }
const distinguishedName: Fields = {
  country: bool,
  province: bool,
  locality: bool,
  organization: bool,
  commonName: bool,
  serialNumber: bool,
  domainComponent: bool,
}
const headerModifier: Fields = { set: 'text map', add: 'text map', remove: texts }

const headers: Fields = {
  customRequestHeaders: 'text map',
  customResponseHeaders: 'text map',
  accessControlAllowCredentials: bool,
  accessControlAllowHeaders: texts,
  accessControlAllowMethods: texts,
  accessControlAllowOriginList: texts,
  accessControlAllowOriginListRegex: texts,
  accessControlExposeHeaders: texts,
  accessControlMaxAge: int,
  addVaryHeader: bool,
  allowedHosts: texts,
  hostsProxyHeaders: texts,
  sslProxyHeaders: 'text map',
  stsSeconds: int,
  stsIncludeSubdomains: bool,
  stsPreload: bool,
  forceSTSHeader: bool,
  frameDeny: bool,
  customFrameOptionsValue: text,
  contentTypeNosniff: bool,
  browserXssFilter: bool,
  customBrowserXSSValue: text,
  contentSecurityPolicy: text,
  contentSecurityPolicyReportOnly: text,
  publicKey: text,
  referrerPolicy: text,
  permissionsPolicy: text,
  isDevelopment: bool,
  featurePolicy: text,
  sslRedirect: bool,
  sslTemporaryRedirect: bool,
  sslHost: text,
  sslForceHost: bool,
}

const middlewares: Fields = {
  addPrefix: { prefix: text },
  stripPrefix: { prefixes: texts, forceSlash: bool },
  stripPrefixRegex: { regex: texts },
  replacePath: { path: text },
  replacePathRegex: { regex: text, replacement: text },
  chain: { middlewares: texts },
  ipWhiteList: { sourceRange: texts, 'ipStrategy?': ipStrategy },
  ipAllowList: { sourceRange: texts, 'ipStrategy?': ipStrategy, rejectStatusCode: int },
  headers,
  encodedCharacters,
  errors: {
    status: texts,
    statusRewrites: 'int map',
    service: text,
    query: text,
    errorRequestHeaders: texts,
    'nginxHeaders-': text,
  },
  rateLimit: {
    average: int,
    period: duration,
    burst: int,
    sourceCriterion,
    redis: {
      endpoints: texts,
      tls: clientTls,
      username: text,
      password: text,
      db: int,
      poolSize: int,
      minIdleConns: int,
      maxActiveConns: int,
      readTimeout: duration,
      writeTimeout: duration,
      dialTimeout: duration,
    },
  },
  redirectRegex: { regex: text, replacement: text, permanent: bool, 'statusCode-': int },
  redirectScheme: { scheme: text, port: text, permanent: bool, 'forcePermanentRedirect-': bool },
  basicAuth: { users: texts, usersFile: text, realm: text, removeHeader: bool, headerField: text },
  digestAuth: { users: texts, usersFile: text, removeHeader: bool, realm: text, headerField: text },
  forwardAuth: {
    address: text,
    tls: { ...clientTls, caOptional: bool },
    trustForwardHeader: bool,
    authResponseHeaders: texts,
    authResponseHeadersRegex: text,
    authRequestHeaders: texts,
    maxResponseBodySize: int,
    addAuthCookiesToResponse: texts,
    headerField: text,
    forwardBody: bool,
    maxBodySize: int,
    preserveLocationHeader: bool,
    preserveRequestMethod: bool,
    authSigninURL: text,
  },
  inFlightReq: { amount: int, sourceCriterion },
  buffering: {
    maxRequestBodyBytes: int,
    memRequestBodyBytes: int,
    maxResponseBodyBytes: int,
    memResponseBodyBytes: int,
    retryExpression: text,
    'disableRequestBuffer-': bool,
    'disableResponseBuffer-': bool,
  },
  circuitBreaker: {
    expression: text,
    checkPeriod: duration,
    fallbackDuration: duration,
    recoveryDuration: duration,
    responseCode: int,
  },
  'compress?': {
    excludedContentTypes: texts,
    includedContentTypes: texts,
    minResponseBodyBytes: int,
    encodings: texts,
    defaultEncoding: text,
  },
  passTLSClientCert: {
    pem: bool,
    info: {
      notAfter: bool,
      notBefore: bool,
      sans: bool,
      serialNumber: bool,
      subject: { ...distinguishedName, organizationalUnit: bool },
      issuer: distinguishedName,
    },
  },
  retry: {
    attempts: int,
    timeout: duration,
    initialInterval: duration,
    maxRequestBodyBytes: int,
    status: texts,
    disableRetryOnNetworkError: bool,
    retryNonIdempotentMethod: bool,
  },
  'contentType?': { autoDetect: bool },
  grpcWeb: { allowOrigins: texts },
  plugin: 'raw',
  'requestHeaderModifier-': headerModifier,
  'responseHeaderModifier-': headerModifier,
  'requestRedirect-': { scheme: text, hostname: text, port: text, path: text, pathPrefix: text, statusCode: int },
  'URLRewrite-': { hostname: text, path: text, pathPrefix: text },
  'authTLSPassCertificateToUpstream-': { clientAuthType: text, caFiles: texts },
  'snippet-': { serverSnippet: text, configurationSnippet: text, auth: text },
  'rewriteTarget-': { regex: text, replacement: text, xForwardedPrefix: text },
  'upstreamVHost-': { vHost: text, vars: 'text map' },
  'appRoot-': { path: text },
}

const http: Fields = {
  'routers{}': {
    entryPoints: texts,
    middlewares: texts,
    service: text,
    rule: text,
    parentRefs: texts,
    ruleSyntax: text,
    priority: int,
    'tls?': routerTls,
    observability,
    'defaultRule-': bool,
    'deniedEncodedPathCharacters-': encodedCharacters,
  },
  'services{}': {
    middlewares: texts,
    loadBalancer: {
      'sticky?': { 'cookie?': cookie },
      'servers[]': {
        url: text,
        weight: int,
        preservePath: bool,
        'fenced-': bool,
        'scheme-': text,
        'port-': text,
      },
      strategy: text,
      healthCheck: {
        scheme: text,
        mode: text,
        path: text,
        method: text,
        status: int,
        port: int,
        interval: duration,
        unhealthyInterval: duration,
        timeout: duration,
        hostname: text,
        followRedirects: bool,
        headers: 'text map',
      },
      passiveHealthCheck: { failureWindow: duration, maxFailedAttempts: int },
      passHostHeader: bool,
      responseForwarding: { flushInterval: duration },
      serversTransport: text,
      'nginxUpstreamHashBy-': text,
    },
    highestRandomWeight: { 'services[]': weights, 'healthCheck?': {} },
    weighted: {
      'services[]': { ...weights, 'headers-': 'text map', 'status-': int, 'GRPCStatus-': { code: int, msg: text } },
      sticky: { 'cookie?': cookie },
      'healthCheck?': {},
    },
    mirroring: {
      service: text,
      mirrorBody: bool,
      maxBodySize: int,
      'mirrors[]': { name: text, percent: int },
      'healthCheck?': {},
    },
    failover: {
      service: text,
      fallback: text,
      'healthCheck?': {},
      errors: { maxRequestBodyBytes: int, status: texts },
    },
  },
  'middlewares{}': middlewares,
  'models{}': {
    middlewares: texts,
    'tls?': routerTls,
    observability,
    'deniedEncodedPathCharacters-': encodedCharacters,
    'defaultRuleSyntax-': text,
  },
  'serversTransports{}': {
    serverName: text,
    insecureSkipVerify: bool,
    rootCAs: texts,
    'certificates[]': certificate,
    cipherSuites: texts,
    minVersion: text,
    maxVersion: text,
    maxIdleConnsPerHost: int,
    forwardingTimeouts: {
      dialTimeout: duration,
      responseHeaderTimeout: duration,
      idleConnTimeout: duration,
      readIdleTimeout: duration,
      pingTimeout: duration,
      readTimeout: duration,
      writeTimeout: duration,
    },
    disableHTTP2: bool,
    peerCertURI: text,
    'spiffe?': spiffe,
  },
}

const proxyProtocol: Fields = { version: int }

const tcp: Fields = {
  'routers{}': {
    entryPoints: texts,
    middlewares: texts,
    service: text,
    rule: text,
    ruleSyntax: text,
    priority: int,
    'tls?': { passthrough: bool, options: text, certResolver: text, 'domains[]': domain },
  },
  'services{}': {
    loadBalancer: {
      'servers[]': { address: text, port: text, tls: bool },
      serversTransport: text,
      'proxyProtocol?': proxyProtocol,
      terminationDelay: int,
      'healthCheck?': {
        port: int,
        send: text,
        expect: text,
        interval: duration,
        unhealthyInterval: duration,
        timeout: duration,
      },
    },
    weighted: { 'services[]': weights, 'healthCheck?': {} },
  },
  'middlewares{}': {
    inFlightConn: { amount: int },
    ipWhiteList: { sourceRange: texts },
    ipAllowList: { sourceRange: texts },
  },
  'serversTransports{}': {
    dialKeepAlive: duration,
    dialTimeout: duration,
    'proxyProtocol?': proxyProtocol,
    terminationDelay: duration,
    'tls?': {
      serverName: text,
      insecureSkipVerify: bool,
      rootCAs: texts,
      'certificates[]': certificate,
      peerCertURI: text,
      'spiffe?': spiffe,
    },
  },
  'models-{}': { 'defaultRuleSyntax-': text },
}

const udp: Fields = {
  'routers{}': { entryPoints: texts, service: text },
  'services{}': {
    loadBalancer: { 'servers[]': { address: text, 'port-': text } },
    weighted: { 'services[]': weights },
  },
}

const tls: Fields = {
  'certificates[]': { ...certificate, stores: texts },
  'options{}': {
    minVersion: text,
    maxVersion: text,
    cipherSuites: texts,
    curvePreferences: texts,
    clientAuth: { caFiles: texts, clientAuthType: text },
    sniStrict: bool,
    alpnProtocols: texts,
    disableSessionTickets: bool,
    preferServerCipherSuites: bool,
  },
  'stores{}': {
    defaultCertificate: certificate,
    defaultGeneratedCert: { resolver: text, domain },
  },
}

export const table: Fields = { http, tcp, udp, tls }
