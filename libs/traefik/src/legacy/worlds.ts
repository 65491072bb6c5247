import { caddyGuards, caddySites, named, noSites, single } from './sites.ts'
import type { ReadSites } from './sites.ts'

/** Another tool that reads a container's labels to route to it. */
export interface World {
  readonly world: string
  /** Beginnings of its labels, folded; one that ends with a dot or an underscore goes on, another is a whole label. */
  readonly labels: readonly string[]
  /** Whether a label asks who it is, or where from. Folded. */
  readonly guards: (label: string, value: string) => boolean
  readonly sites: ReadSites
  /** One sentence. */
  readonly wayOver: string
}

const labelled =
  (pattern: RegExp): World['guards'] =>
  (label, value) =>
    pattern.test(label) && value !== '' && !/^(?:false|no|off|0)$/i.test(value)

const never: World['guards'] = () => false

const WRITE =
  'Write traefik.enable=true, traefik.http.routers.NAME.rule and traefik.http.services.NAME.loadbalancer.server.port'

/** In the order in which they are looked for; one row a world. */
export const WORLDS: readonly World[] = [
  {
    world: 'caddy-docker-proxy',
    labels: ['caddy', 'caddy.', 'caddy_'],
    guards: caddyGuards,
    sites: caddySites,
    wayOver: `${WRITE}; the directives of a Caddyfile are middlewares of Traefik.`,
  },
  {
    world: 'SWAG',
    labels: ['swag', 'swag_'],
    guards: (label, value) =>
      (label === 'swag_auth' && value !== '') ||
      (label.includes('directive') && /\b(?:allow|deny|auth_\w+|satisfy|ssl_verify_client|limit_\w+)\b/.test(value)),
    sites: single({ host: 'swag_url', port: 'swag_port', scheme: 'swag_proto' }),
    wayOver: `${WRITE}; swag_auth is a middleware: basicauth.users, or forwardauth.address of the authentication server.`,
  },
  {
    world: "Traefik's Swarm provider",
    labels: ['traefik.swarm.'],
    guards: never,
    sites: noSites,
    wayOver: "There is no swarm here, and the address is the container's own: leave traefik.swarm.* out.",
  },
  {
    world: 'traefik-kop',
    labels: ['kop.'],
    guards: (label) => label.includes('.traefik.') && label.includes('.middlewares'),
    sites: noSites,
    wayOver: 'Containers are read on their own machine here: leave kop.* out, and write traefik.* without a prefix.',
  },
  {
    world: 'Coolify',
    labels: ['coolify.'],
    guards: labelled(/auth/),
    sites: single({ host: 'coolify.domain', port: 'coolify.port' }),
    wayOver: `${WRITE}; what was set in Coolify's own pages isn't in its labels.`,
  },
  {
    world: 'Dokploy',
    labels: ['dokploy.'],
    guards: labelled(/auth/),
    sites: single({ host: 'dokploy.domain', port: 'dokploy.port' }),
    wayOver: `${WRITE}; what was set in Dokploy's own pages isn't in its labels.`,
  },
  {
    world: 'nginx-proxy',
    labels: ['com.github.nginx-proxy.', 'com.github.jrcs.letsencrypt_nginx_proxy_companion.'],
    guards: labelled(/oauth2|auth|ssl_verify_client/),
    sites: noSites,
    wayOver: `${WRITE}; nginx-proxy's VIRTUAL_HOST and VIRTUAL_PORT are environment variables, which nobody reads here.`,
  },
  {
    world: 'caddy-gen',
    labels: ['virtual.'],
    guards: labelled(/^virtual\.(?:auth\.|proxy\.(?:matcher|directives|import)|host\.(?:directives|import))/),
    sites: single({ host: 'virtual.host', port: 'virtual.port' }),
    wayOver: `${WRITE}; virtual.auth.* is a middleware with basicauth.users.`,
  },
  {
    world: 'caddy-docker-upstreams',
    labels: ['com.caddyserver.http.'],
    guards: never,
    sites: single({ host: 'com.caddyserver.http.matchers.host', port: 'com.caddyserver.http.upstream.port' }),
    wayOver: `${WRITE}.`,
  },
  {
    world: 'Docker Flow Proxy',
    labels: ['com.df.'],
    guards: labelled(/^com\.df\.(?:users|verifyclientssl|denyhttp|httpsonly|deny|allowed)/),
    sites: noSites,
    wayOver: `${WRITE}; com.df.servicePath is PathPrefix in the rule, com.df.users a middleware with basicauth.users.`,
  },
  {
    world: 'Interlock',
    labels: ['com.docker.lb.'],
    guards: labelled(/^com\.docker\.lb\.(?:ssl_only|ip_hash|ssl_passthrough)/),
    sites: single({ host: 'com.docker.lb.hosts', port: 'com.docker.lb.port' }),
    wayOver: `${WRITE}.`,
  },
  {
    world: 'EasyHAProxy',
    labels: ['easyhaproxy.'],
    guards: labelled(/\.plugins?(?:\.|$)|auth|clone_to_ssl|redirect/),
    sites: named(1, { host: 'host', port: 'localport' }),
    wayOver: `${WRITE}; the plugins ip_whitelist and jwt_validator are the middlewares ipallowlist and forwardauth.`,
  },
  {
    world: 'TSDProxy',
    labels: ['tsdproxy.'],
    // Who isn't in the tailnet doesn't come in.
    guards: (label) => label === 'tsdproxy.enable',
    sites: noSites,
    wayOver:
      'It served a tailnet alone; a public route needs traefik.* labels, with an ipallowlist or an authentication.',
  },
  {
    world: 'Pangolin',
    labels: ['pangolin.'],
    guards: labelled(/\.(?:auth|rules|maintenance)(?:[.[]|$)/),
    sites: named(2, { host: 'full-domain', port: 'targets[0].port', scheme: 'targets[0].method' }),
    wayOver: `${WRITE}; Pangolin's auth and rules are middlewares: forwardauth, basicauth, ipallowlist.`,
  },
  {
    world: 'BunkerWeb',
    labels: ['bunkerweb.'],
    guards: labelled(/(?:auth|whitelist|greylist|blacklist|country|limit|mtls|antibot|modsecurity)/),
    sites: single({ host: 'bunkerweb.server_name', url: 'bunkerweb.reverse_proxy_host' }),
    wayOver: `${WRITE}; BunkerWeb's authentication and lists of addresses are middlewares: basicauth, ipallowlist.`,
  },
  {
    world: 'DockFlare',
    labels: ['dockflare.', 'cloudflare.tunnel.'],
    guards: labelled(/\.access\./),
    sites: single({ host: 'dockflare.hostname', url: 'dockflare.service' }),
    wayOver: `${WRITE}; its access policies are Cloudflare's, so that here a middleware has to ask: forwardauth.`,
  },
  {
    world: 'Tinyauth',
    labels: ['tinyauth.'],
    guards: () => true,
    sites: noSites,
    wayOver: "Tinyauth's labels say who may come in, and a router asks it with a middleware: forwardauth.address.",
  },
]
