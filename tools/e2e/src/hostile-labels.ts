/** Stands for a name of the container's own: those of one network must not meet. */
const NAME = 'NAME'

const router = (rule: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  'traefik.http.routers.NAME.rule': rule,
  'traefik.http.services.NAME.loadbalancer.server.port': '8080',
  ...more,
})
const withGood = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  router('Host(`NAME.example.com`)', labels)

const LONG = 'x'.repeat(40_000)
const DEEP = 'a.'.repeat(500)

const SETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a label that makes Traefik panic': withGood({ 'traefik.http.routers.NAME].rule': 'Host(`a`)' }),
  'brackets the other way': withGood({
    'traefik.http.routers.NAME[0.rule': 'Host(`a`)',
    'traefik.http.routers.[].rule': 'a',
  }),
  'an index far too large': withGood({ 'traefik.http.routers.NAME.tls.domains[4294967296].main': 'a.example.com' }),
  'a negative index': withGood({ 'traefik.http.routers.NAME.tls.domains[-1].main': 'a.example.com' }),
  'a rule that is not closed': router('Host(`hostile.example.com`'),
  'a rule with an unknown matcher': router('Hast(`hostile.example.com`)'),
  'a rule that is empty': router(''),
  'a rule of spaces': router('   '),
  'a rule with a broken regular expression': router('HostRegexp(`(((`)'),
  'a rule with a lookahead, which Go has not': router('PathRegexp(`^/(?!x)`)'),
  'a rule that nests deeply': router('('.repeat(2_000) + 'Host(`a`)' + ')'.repeat(2_000)),
  'a rule of a thousand hosts': router(
    Array.from({ length: 1_000 }, (_, n) => `Host(\`h${n}.hostile.com\`)`).join(' || '),
  ),
  'a rule that is huge': router(`Host(\`${'a'.repeat(200_000)}.example.com\`)`),
  'a rule with control characters': router('Host(`a\u0000b\u0007\u001b[31m.example.com`)'),
  'a rule with line breaks, as YAML': router('Host(`a.example.com`)\n      service: other\n  evil: {}'),
  'a rule that is not Latin': router('Host(`bücher.example.com`) || Host(`\u202eevil.example.com`)'),
  'a rule in the syntax of Traefik 2': router('Host(`a.example.com`, `b.example.com`)', {
    'traefik.http.routers.NAME.rulesyntax': 'v2',
  }),
  'a rule syntax that nobody knows': router('Host(`a.example.com`)', { 'traefik.http.routers.NAME.rulesyntax': 'v9' }),
  'a priority beyond 64 bits': withGood({ 'traefik.http.routers.NAME.priority': '99999999999999999999999' }),
  'a priority that is no number': withGood({ 'traefik.http.routers.NAME.priority': 'high' }),
  'unknown fields at every level': withGood({
    'traefik.http.routers.NAME.nonsense': '1',
    'traefik.http.services.NAME.loadbalancer.nonsense': '1',
    'traefik.http.middlewares.NAME-m.nonsense.a': '1',
    'traefik.http.middlewares.NAME-m.headers.nonsense': '1',
  }),
  'an unknown section': withGood({ 'traefik.http.nonsense.x.y': '1' }),
  'an unknown protocol': withGood({ 'traefik.httpd.routers.NAME.rule': 'Host(`a`)' }),
  'a value where a section belongs': withGood({
    'traefik.http': '1',
    'traefik.http.routers': 'true',
    'traefik.tcp': '',
  }),
  'an element that is empty': withGood({
    'traefik.http.middlewares.NAME-m.headers': '',
    'traefik.http.middlewares.NAME-n': 'true',
  }),
  'a load balancer that is empty': {
    ...router('Host(`a.example.com`)'),
    'traefik.http.services.NAME-y.loadbalancer': '',
  },
  'a middleware of two kinds': withGood({
    'traefik.http.middlewares.NAME-m.compress': 'true',
    'traefik.http.middlewares.NAME-m.stripprefix.prefixes': '/a',
  }),
  'a middleware that leads to itself': withGood({
    'traefik.http.middlewares.NAME-m.chain.middlewares': 'NAME-m',
    'traefik.http.routers.NAME.middlewares': 'NAME-m',
  }),
  'a service of many that leads to itself': withGood({
    'traefik.http.services.NAME-w.weighted.services[0].name': 'NAME-w',
    'traefik.http.routers.NAME.service': 'NAME-w',
  }),
  "names of JavaScript's own": {
    'traefik.http.routers.__proto__.rule': 'Host(`a.example.com`)',
    'traefik.http.routers.constructor.rule': 'Host(`b.example.com`)',
    'traefik.http.services.__proto__.loadbalancer.server.port': '8080',
    'traefik.http.middlewares.__proto__.headers.customrequestheaders.__proto__': 'x',
    'traefik.__proto__.polluted': 'true',
    __proto__: 'x',
    constructor: 'x',
  },
  "names of YAML's own": {
    'traefik.http.routers.true.rule': 'Host(`a.example.com`)',
    'traefik.http.routers.null.rule': 'Host(`b.example.com`)',
    'traefik.http.routers.1e3.rule': 'Host(`c.example.com`)',
    'traefik.http.routers.~.rule': 'Host(`d.example.com`)',
    'traefik.http.routers.<<.rule': 'Host(`e.example.com`)',
    'traefik.http.services.NAME.loadbalancer.server.port': '8080',
  },
  'names as YAML syntax': {
    'traefik.http.routers.{a: b}.rule': 'Host(`a.example.com`)',
    'traefik.http.routers.&anchor.rule': 'Host(`b.example.com`)',
    'traefik.http.routers.*alias.rule': 'Host(`c.example.com`)',
    'traefik.http.routers.a\nb: c.rule': 'Host(`d.example.com`)',
    'traefik.http.routers."quoted".rule': 'Host(`e.example.com`)',
    'traefik.http.services.- NAME.loadbalancer.server.port': '8080',
  },
  'names that are empty': withGood({
    'traefik.http.routers..rule': 'Host(`a`)',
    'traefik.http.routers.': 'a',
    'traefik.': '',
  }),
  "another provider's names": withGood({
    'traefik.http.routers.api@internal.rule': 'Host(`a.example.com`)',
    'traefik.http.routers.NAME.service': 'api@internal',
  }),
  'a name of 40,000 characters': {
    [`traefik.http.routers.${LONG}.rule`]: 'Host(`a.example.com`)',
    [`traefik.http.services.${LONG}.loadbalancer.server.port`]: '8080',
  },
  'a label that is 500 levels deep': withGood({ [`traefik.http.routers.NAME.${DEEP}b`]: '1' }),
  'hundreds of broken routers': withGood(
    Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`traefik.http.routers.NAME-${n}.rule`, 'Host(`a`) &&'])),
  ),
  'a value of half a megabyte': withGood({
    'traefik.http.middlewares.NAME-m.headers.customrequestheaders.X': 'v'.repeat(500_000),
    'traefik.http.routers.NAME.middlewares': 'NAME-m',
  }),
  'a header with a line break': withGood({
    'traefik.http.middlewares.NAME-m.headers.customresponseheaders.X-A': 'a\r\nSet-Cookie: b=c',
    'traefik.http.middlewares.NAME-m.headers.customresponseheaders.X B\n': 'x',
    'traefik.http.routers.NAME.middlewares': 'NAME-m',
  }),
  'middlewares with values that Traefik refuses': withGood({
    'traefik.http.middlewares.NAME-a.ratelimit.average': '-1',
    'traefik.http.middlewares.NAME-b.ratelimit.period': 'soon',
    'traefik.http.middlewares.NAME-c.ipallowlist.sourcerange': 'everywhere',
    'traefik.http.middlewares.NAME-d.redirectregex.regex': '(((',
    'traefik.http.middlewares.NAME-e.basicauth.users': 'nobody',
    'traefik.http.middlewares.NAME-f.circuitbreaker.expression': 'NetworkErrorRatio() >',
    'traefik.http.middlewares.NAME-g.plugin.unknown.a': 'b',
    'traefik.http.middlewares.NAME-h.replacepathregex.regex': '[',
    'traefik.http.middlewares.NAME-i.retry.attempts': 'many',
    'traefik.http.routers.NAME.middlewares': 'abcdefghi'.replace(/./g, ',NAME-$&').slice(1),
  }),
  'a port that is none': router('Host(`a.example.com`)', {
    'traefik.http.services.NAME.loadbalancer.server.port': '80/../@evil',
  }),
  "a server that is somebody else's": router('Host(`a.example.com`)', {
    'traefik.http.services.NAME.loadbalancer.server.port': '',
    'traefik.http.services.NAME.loadbalancer.server.url': 'http://169.254.169.254/latest',
  }),
  'a scheme that is none': withGood({
    'traefik.http.services.NAME.loadbalancer.server.scheme': 'javascript:alert(1)//',
  }),
  'a health check that is broken': withGood({
    'traefik.http.services.NAME.loadbalancer.healthcheck.interval': 'never',
    'traefik.http.services.NAME.loadbalancer.healthcheck.path': '::bad',
  }),
  'TLS options that are broken': withGood({
    'traefik.http.routers.NAME.tls': 'perhaps',
    'traefik.http.routers.NAME.tls.options': 'none@file',
  }),
  'TCP rules that are broken': {
    'traefik.tcp.routers.NAME.rule': 'HostSNI(`bad host`)',
    'traefik.tcp.routers.NAME-y.rule': 'HostSNI(`*`) && ClientIP(`nowhere`)',
    'traefik.tcp.routers.NAME-y.entrypoints': 'tcp-5432',
    'traefik.tcp.routers.NAME-z.rule': 'HostSNI(`a.example.com`)',
    'traefik.tcp.routers.NAME-z.entrypoints': 'tcp-5432,,\n',
    'traefik.tcp.services.NAME.loadbalancer.server.port': '70000',
    'traefik.tcp.services.NAME.loadbalancer.proxyprotocol.version': '9',
  },
  'UDP labels that are broken': {
    'traefik.udp.routers.NAME.entrypoints': 'udp-53',
    'traefik.udp.routers.NAME.rule': 'HostSNI(`*`)',
    'traefik.udp.services.NAME.loadbalancer.server.port': 'dns',
  },
  'entry points that are none': withGood({ 'traefik.http.routers.NAME.entrypoints': 'nowhere,\u0000,traefik,,' }),
  'labels of Traefik itself': withGood({
    'traefik.docker.network': 'bridge\n',
    'traefik.docker.lbswarm': 'perhaps',
    'traefik.tls.stores.default.defaultcertificate.certfile': '/etc/passwd',
  }),
}

/** A container's labels that somebody wrote to break the proxy for everybody, or by a slip could. */
export interface HostileLabels {
  /** What is wrong with them. */
  about: string
  /** `traefik.enable=true` among them; `name` is that of the router and the service. */
  labels: (name: string) => Readonly<Record<string, string>>
}

export const HOSTILE_LABELS: readonly HostileLabels[] = Object.entries(SETS).map(([about, set]) => ({
  about,
  labels: (name) => {
    const named = Object.entries(set).map(([key, value]) => [key, value].map((text) => text.replaceAll(NAME, name)))
    return { ...(Object.fromEntries(named) as Record<string, string>), 'traefik.enable': 'true' }
  },
}))
