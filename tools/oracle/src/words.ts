import type { Node } from '@route-server/traefik'
import type { Random } from '@route-server/testbed/random'

/** Values that a field of this name can sensibly have, and some that it can't. By field, then by kind. */
const BY_FIELD: Readonly<Record<string, readonly [string, ...string[]]>> = {
  httpRule: [
    'Host(`app.example.com`)',
    'Host(`a.example.com`) || Host(`b.example.com`)',
    'Host(`app.example.com`) && PathPrefix(`/api`)',
    'PathPrefix(`/x`)',
    'HostRegexp(`^.+\\.example\\.com$`)',
    'Host(app.example.com)',
    'Method(`GET`)',
    '!Path(`/a`)',
  ],
  tcpRule: [
    'HostSNI(`*`)',
    'HostSNI(`db.example.com`)',
    'HostSNI(`*`) && ClientIP(`10.0.0.0/8`)',
    'HostSNIRegexp(`^db\\.`)',
    'Host(`x`)',
  ],
  rule: ['Host(`app.example.com`)', 'PathPrefix(`/`)', ''],
  ruleSyntax: ['v3'],
  entryPoints: ['websecure', 'web,websecure', ' websecure , web', 'websecure-v6', 'https', ''],
  middlewares: ['m0', 'm0,m1', 'm0@docker', 'missing', ''],
  service: ['s0', 'app', 'missing', 's0@docker', ''],
  serversTransport: ['missing@file', ''],
  options: ['default', 'modern@file', ''],
  certResolver: ['le', 'letsencrypt', ''],
  strategy: ['wrr', 'p2c', 'hrw', 'leasttime', 'fastest'],
  sourceRange: ['10.0.0.0/8', '10.0.0.1, 192.168.0.0/16', 'fd00::/8', '10.0.0.0/33', ''],
  excludedIPs: ['10.0.0.1', '10.0.0.0/8', 'localhost'],
  users: [
    'bob:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/',
    'bob:$2y$05$abcdefghijklmnopqrstuuKqcFmOmQKy1uLx1DOVvT6lpVqQ9fKJS',
    'bob',
    'bob:realm:0f',
  ],
  regex: ['^https?://www\\.(.+)', '^/api/(.*)', '(?<=x)y', '('],
  expression: [
    'NetworkErrorRatio() > 0.3',
    'ResponseCodeRatio(500, 600, 0, 600) > 0.25 || LatencyAtQuantileMS(50.0) > 100',
    'Broken(',
  ],
  retryExpression: ['IsNetworkError() && Attempts() < 2', 'Broken('],
  encodings: ['gzip', 'br,zstd', 'deflate'],
  status: ['500-599', '404', '500,502-504', 'abc'],
  scheme: ['http', 'https', 'h2c'],
  port: ['80', '8443', 'abc', ''],
  url: ['http://127.1.0.9:81', 'https://127.1.0.9'],
  address: ['http://127.1.0.9:9000/auth', 'not a url'],
  interval: ['30s', '10', '0', '1.5'],
  sameSite: ['lax', 'strict', 'none', 'weird'],
  mode: ['http', 'grpc', 'x'],
  traceVerbosity: ['minimal', 'detailed', 'loud'],
  version: ['1', '2', '3'],
  path: ['/', '/app', 'app', ''],
  prefix: ['/app', 'app', ''],
  prefixes: ['/app', '/a,/b', ''],
  priority: ['0', '10', '-1', '+7'],
}

const BY_KIND: Partial<Readonly<Record<Node['kind'], readonly [string, ...string[]]>>> = {
  string: ['word', 'two words', '', 'with: colon', 'ünï', '{{ x }}'],
  strings: ['one', 'one,two', ' one , two ', '', 'X-Header'],
  boolean: ['true', 'false', '1', '0', 'T', 'False'],
  integer: ['0', '1', '10', '-5', '+3', '600'],
  duration: ['30s', '1m30s', '10', '0', '250ms', '1h'],
}

/** Some text for a scalar or list field. */
export const wordFor = (node: Pick<Node, 'kind' | 'marks'>, field: string, random: Random): string => {
  const fits =
    node.kind === 'string' ||
    node.kind === 'strings' ||
    field === 'interval' ||
    field === 'priority' ||
    field === 'version'
  return random.pick((fits ? BY_FIELD[field] : undefined) ?? BY_KIND[node.kind] ?? ['x'])
}
