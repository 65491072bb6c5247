import { RENAMED } from './http-middlewares.ts'
import { MAX_PRIORITY, routerTls, RULE_SYNTAX } from './http.ts'
import type { Obsolete } from './nodes.ts'
import { boolean, duration, integer, internal, list, map, marked, string, strings, struct } from './nodes.ts'
import { certificates, CONTENT, spiffe } from './tls.ts'

const proxyProtocol = struct({ version: integer({ default: 2, min: 1, max: 2 }) }, { allowEmpty: true })

const TRANSPORT: Obsolete = {
  effect: 'same',
  instead:
    'It belongs to a servers transport, which only a file of the operator can define (serversTransport=NAME@file)',
}

const router = struct(
  {
    entryPoints: strings(),
    middlewares: strings({ refers: 'tcp.middlewares' }),
    service: string({ refers: 'tcp.services', required: true }),
    rule: string({ form: 'tcp-rule', required: true }),
    ruleSyntax: string({ obsolete: RULE_SYNTAX }),
    priority: integer({ max: MAX_PRIORITY }),
    tls: struct({ passthrough: boolean(), ...routerTls }, { allowEmpty: true }),
  },
  { whole: 'tcp-router' },
)

const service = struct(
  {
    loadBalancer: struct({
      servers: list(
        struct({ address: string({ label: 'ignored', reaches: 'address' }), port: string(), tls: boolean() }),
        {
          labelName: 'server',
        },
      ),
      serversTransport: string({ refers: 'tcp.serversTransports' }),
      proxyProtocol: marked(proxyProtocol, { obsolete: TRANSPORT }),
      terminationDelay: integer({ optional: true, obsolete: TRANSPORT }),
      healthCheck: struct(
        {
          port: integer(),
          send: string(),
          expect: string(),
          interval: duration({ default: '30s' }),
          unhealthyInterval: duration({ optional: true }),
          timeout: duration({ default: '5s' }),
        },
        { allowEmpty: true, since: '3.6' },
      ),
    }),
    weighted: struct(
      {
        services: list(
          struct({
            name: string({ refers: 'tcp.services', required: true }),
            weight: integer({ optional: true, default: 1, min: 0 }),
          }),
        ),
        healthCheck: struct({}, { allowEmpty: true, since: '3.6' }),
      },
      { label: 'ignored' },
    ),
  },
  { whole: 'one-kind' },
)

export const tcp = struct({
  routers: map(router),
  services: map(service),
  middlewares: map(
    struct(
      {
        inFlightConn: struct({ amount: integer() }),
        ipWhiteList: struct({ sourceRange: strings({ form: 'ip-or-range', required: true }) }, { obsolete: RENAMED }),
        ipAllowList: struct({ sourceRange: strings({ form: 'ip-or-range', required: true }) }),
      },
      { whole: 'some-kind' },
    ),
  ),
  serversTransports: map(
    struct({
      dialKeepAlive: duration({ default: '15s' }),
      dialTimeout: duration({ default: '30s' }),
      proxyProtocol: marked(proxyProtocol, { since: '3.5' }),
      terminationDelay: duration({ default: '100ms' }),
      tls: struct(
        {
          serverName: string(),
          insecureSkipVerify: boolean(),
          rootCAs: strings(CONTENT),
          certificates,
          peerCertURI: string(),
          spiffe,
        },
        { allowEmpty: true },
      ),
    }),
    { label: 'ignored' },
  ),
  models: internal(),
})
