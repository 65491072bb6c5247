import type { Container } from '@route-server/plugin-api'
import { containerOf, givenLabels } from './fixtures.ts'

type Labels = Readonly<Record<string, string>>

const usual = (name: string): Labels => ({
  'traefik.enable': 'true',
  [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.example.org\`)`,
  [`traefik.http.routers.${name}.entrypoints`]: 'websecure',
  [`traefik.http.routers.${name}.tls.certresolver`]: 'letsencrypt',
  [`traefik.http.services.${name}.loadbalancer.server.port`]: '8080',
})

/** As a web application with an API, a database behind TLS and a few middlewares has them. */
function many(name: string): Labels {
  const router = `traefik.http.routers.${name}`
  const middleware = `traefik.http.middlewares.${name}`
  const balancer = `traefik.http.services.${name}.loadbalancer`
  return {
    ...usual(name),
    [`${router}.rule`]: `Host(\`${name}.example.org\`) || Host(\`www.${name}.example.org\`)`,
    [`${router}.entrypoints`]: 'websecure,websecure-v6',
    [`${router}.service`]: name,
    [`${router}.middlewares`]: `${name}-auth,${name}-headers,${name}-limit,compress`,
    [`${router}.tls`]: 'true',
    [`${router}.tls.domains[0].main`]: `${name}.example.org`,
    [`${router}.tls.domains[0].sans`]: `www.${name}.example.org`,
    [`${router}-api.rule`]: `Host(\`${name}.example.org\`) && PathPrefix(\`/api\`) && !Header(\`X-Internal\`, \`1\`)`,
    [`${router}-api.entrypoints`]: 'websecure',
    [`${router}-api.service`]: name,
    [`${router}-api.priority`]: '500',
    [`${router}-api.middlewares`]: `${name}-strip,${name}-limit`,
    [`${router}-api.tls.certresolver`]: 'letsencrypt',
    [`${router}-plain.rule`]: `Host(\`${name}.example.org\`)`,
    [`${router}-plain.entrypoints`]: 'web',
    [`${router}-plain.middlewares`]: `${name}-https`,
    [`${router}-plain.service`]: name,
    [`${middleware}-auth.basicauth.users`]: 'admin:$apr1$salt$6FhVJcXAcq1ZCaQoIlJx01',
    [`${middleware}-headers.headers.stsseconds`]: '31536000',
    [`${middleware}-headers.headers.stsincludesubdomains`]: 'true',
    [`${middleware}-headers.headers.framedeny`]: 'true',
    [`${middleware}-headers.headers.customresponseheaders.X-Robots-Tag`]: 'noindex',
    [`${middleware}-limit.ratelimit.average`]: '100',
    [`${middleware}-limit.ratelimit.burst`]: '50',
    [`${middleware}-strip.stripprefix.prefixes`]: '/api',
    [`${middleware}-https.redirectscheme.scheme`]: 'https',
    [`${middleware}-https.redirectscheme.permanent`]: 'true',
    'traefik.http.middlewares.compress.compress': 'true',
    [`${balancer}.healthcheck.path`]: '/healthz',
    [`${balancer}.healthcheck.interval`]: '10s',
    [`${balancer}.sticky.cookie.name`]: 'sid',
    [`traefik.tcp.routers.${name}-db.rule`]: `HostSNI(\`${name}.db.example.org\`)`,
    [`traefik.tcp.routers.${name}-db.entrypoints`]: 'tcp-5432',
    [`traefik.tcp.routers.${name}-db.tls.passthrough`]: 'true',
    [`traefik.tcp.services.${name}-db.loadbalancer.server.port`]: '5432',
  }
}

/** What containers say for themselves, by how much it is. */
export const LABEL_SETS: Readonly<Record<string, (name: string) => Labels>> = {
  'an automatic route': () => ({}),
  'the usual five labels': usual,
  'four routers, six middlewares': many,
}

/** The container with those labels, beside what each is given. */
export function labelled(labels: (name: string) => Labels, daemon: number, index: number): Container {
  const container = containerOf(daemon, index)
  const { name, network } = container
  const port = { 'rediacc.service_port': String(8000 + (index % 1000)) }
  return Object.freeze({
    ...container,
    labels: Object.freeze({ ...givenLabels(network, name, index), ...port, ...labels(name) }),
  })
}
