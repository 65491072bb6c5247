import { describe, expect, test } from '@jest/globals'
import { createKernel, render, residentsOf, type RouteView, type RouterView } from '@route-server/kernel'
import type { Container, Diagnostic } from '@route-server/plugin-api'
import { httpPlugin } from '@route-server/plugin-http'
import { middlewarePlugin } from '@route-server/plugin-middleware'
import fc from 'fast-check'
import { createApp } from './index.ts'

const SETTINGS = { httpEntryPoints: ['websecure'], allowedReferences: [] }
const PLUGINS = [
  { plugin: httpPlugin, options: {} },
  { plugin: middlewarePlugin, options: {} },
]

const ROUTER = 'traefik.http.routers.web'
const MIDDLEWARE = 'traefik.http.middlewares.m'
const SERVICE = 'traefik.http.services.web.loadbalancer'

/** Every place in labels where a secret may stand, well written and badly. */
const PLACES: readonly ((secret: string) => Record<string, string>)[] = [
  (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:$apr1$${secret}$${secret},${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:$$2y$$05$$${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:$6$salt$${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth.users`]: `ann:/${secret}.` }),
  (secret) => ({ [`${MIDDLEWARE}.digestauth.users`]: `ann:${secret}:0123456789abcdef0123456789abcdef` }),
  (secret) => ({ [`${MIDDLEWARE}.headers.customrequestheaders.X-Api-Key`]: `${secret}-\${NAME}` }),
  (secret) => ({ [`${ROUTER}.rule`]: `"Host(\`a.com\`) && Header(\`X-Api-Key\`, \`${secret}\`)"` }),
  (secret) => ({ [`${ROUTER}.rule`]: `Headers(\`X-Api-Key\`, \`${secret}\`)`, [`${ROUTER}.rulesyntax`]: 'v2' }),
  (secret) => ({ [`${ROUTER}.rule`]: `Host:a.com;Headers:X-Api-Key,${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth`]: `ann:${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth.user`]: `ann:${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.basicauth.users: ann:$2y$05$${secret}`]: '' }),
  (secret) => ({ [`${MIDDLEWARE}.digestauth.users`]: `ann:realm:${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.digestauth`]: secret }),
  (secret) => ({ [`${MIDDLEWARE}.headers.customrequestheaders.Authorization`]: `Bearer ${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.headers.customrequestheaders.X-Api-Key`]: secret }),
  (secret) => ({ [`${MIDDLEWARE}.headers.customrequestheaders`]: secret }),
  (secret) => ({ [`${MIDDLEWARE}.headers.customresponseheaders.X-Token`]: secret }),
  (secret) => ({ [`${MIDDLEWARE}.ratelimit.average`]: '1', [`${MIDDLEWARE}.ratelimit.redis.password`]: secret }),
  (secret) => ({ [`${MIDDLEWARE}.ratelimit.redis.password: ${secret}`]: '' }),
  (secret) => ({ [`${MIDDLEWARE}.forwardauth.address`]: `http://ann:${secret}@127.0.11.2/` }),
  (secret) => ({ [`${MIDDLEWARE}.forwardauth.address`]: `http://ann:${secret}` }),
  (secret) => ({ [`${MIDDLEWARE}.forwardauth.address`]: `http://ann:${secret}/x@127.0.11.2/` }),
  (secret) => ({ [`${MIDDLEWARE}.plugin.theirs.apiKey`]: secret }),
  (secret) => ({ [`${SERVICE}.server.url`]: `http://ann:${secret}@127.0.11.2:80` }),
  (secret) => ({ [`${SERVICE}.server.url`]: `http://127.0.11.2:80/?token=${secret}` }),
  (secret) => ({ [`${SERVICE}.server.url`]: `http://ann:${secret}@127.0.11.2:80%`, [`${SERVICE}.server.port`]: '80' }),
  ...['', '&& Host(`a.com`)', '&& (', '&& Hots(`a.com`)'].flatMap((rest) => [
    (secret: string) => ({ [`${ROUTER}.rule`]: `Header(\`Authorization\`, \`Bearer ${secret}\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `Header(\`X-Api-Key\`,"${secret}") ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `HeaderRegexp(\`X-Auth\`,\`^${secret}$\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `HeaderRegexp(\`X-Auth\`,\`(${secret}\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `HeadersRegexp(\`X-Auth\`,\`${secret}\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `Header(\`X-Api-Key\` \`${secret}\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `Header(\`X-Api-Key\`, ${secret}) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `Header(\`X-Api-Key\`, \`${secret}\` ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `Query(\`token\`,\`${secret}\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `Query(\`token=${secret}\`) ${rest}` }),
    (secret: string) => ({ [`${ROUTER}.rule`]: `QueryRegexp(\`password\`,\`[${secret}\`) ${rest}` }),
  ]),
]

function container(labels: Record<string, string>): Container {
  return {
    id: 'web'.padEnd(64, '0'),
    name: 'web',
    image: 'web',
    created: 1,
    state: 'running',
    health: 'none',
    status: 'Up',
    networkMode: 'host',
    network: 2816,
    daemon: '/run/docker-2816.sock',
    labels: {
      'rediacc.service_name': 'web',
      'rediacc.service_ip': '127.0.11.2',
      'rediacc.network_id': '2816',
      'traefik.enable': 'true',
      [`${ROUTER}.rule`]: 'Host(`a.example.com`)',
      [`${SERVICE}.server.port`]: '80',
      ...labels,
    },
  }
}

/** A view of what the kernel makes of the labels: routers with their servers, and everything that is said. */
function viewOf(labels: Record<string, string>): RouteView {
  const kernel = createKernel(PLUGINS, SETTINGS)
  const listing = { network: 2816, daemon: '/run/docker-2816.sock', containers: [container(labels)] }
  const { bytes, networks } = render(kernel, residentsOf([listing]))
  const entries = networks.flatMap((network) => [...network.entries.values()])
  const urls = entries.flatMap(({ value }) => JSON.stringify(value).match(/"url":"[^"]*"/g) ?? [])
  const routers = entries
    .filter(({ section }) => section === 'http.routers')
    .map(({ name, value, origins }): RouterView => ({
      protocol: 'http',
      name,
      network: 2816,
      rule: value['rule'] as string,
      entryPoints: [],
      middlewares: [],
      tls: false,
      service: name,
      servers: urls.map((url) => url.slice(7, -1)),
      hosts: [],
      origins,
    }))
  const counts = { http: routers.length, tcp: 0, udp: 0 }
  const diagnostics: readonly Diagnostic[] = networks.flatMap(({ diagnostics }) => diagnostics)
  return {
    document: () => ({ revision: 1, parts: [bytes], length: bytes.length, changedAt: 0 }),
    routers: () => routers,
    networks: () => [{ network: 2816, routers: () => routers, diagnostics: () => diagnostics }],
    ports: () => ({ rows: [], free: { tcp: [], udp: [] }, waiting: [] }),
    diagnostics: () => diagnostics,
    daemons: () => [],
    counts: () => ({ routers: counts, services: counts }),
    autoRoutes: true,
  }
}

/** As people and generators make them, never a word of ours. */
const secret = fc
  .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{5,20}$/), fc.nat(9))
  .map(([text, digit]) => `zQ${text}${digit}`)

describe('no endpoint but the route document shows', () => {
  test.each(PLACES.map((place) => [JSON.stringify(place('SECRET')), place] as const))('%s', async (_, place) => {
    await fc.assert(
      fc.asyncProperty(secret, async (text) => {
        const app = createApp(viewOf(place(text)))
        for (const path of ['/', '/health', '/routes.json', '/ports']) {
          const body = await (await app.request(path)).text()
          expect(body).not.toContain(text)
          expect(() => JSON.parse(body) as unknown).not.toThrow()
        }
      }),
      { numRuns: 10 },
    )
  })
})
