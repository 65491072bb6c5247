import { entryPointsOf, type EntryPoint, type Infra, type Machine } from '@route-server/machine'
import { stringify } from 'yaml'
import { addressOf } from './addresses.ts'
import type { Circumstances, Propagation } from './installation.ts'
import {
  CURRENT,
  OPERATORS,
  PRIVATE,
  PRIVATE_ADDRESS,
  RESOLVER,
  ROUTER_ADDRESS,
  TRAEFIK_STATE,
  WATCHED,
} from './paths.ts'

/** Over a restart, the old process accepts until the new one surely does, then serves those whom it has to the end. */
const LIFE_CYCLE = { requestAcceptGraceTimeout: '2s', graceTimeOut: '30m' }
/** Slow clients may take their time with a body; an upload isn't cut. Those who send nothing are. */
const TIMEOUTS = { readTimeout: '1h', writeTimeout: '0s', idleTimeout: '3m' }

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory'

/** Traefik's static configuration. Nothing of the base domain is in it: the route document brings that, and Traefik goes on running. */
export function traefikStatic(machine: Machine, { bind, secrets, propagation }: Circumstances): string {
  const { infra } = machine
  return stringify(
    {
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      log: { level: 'INFO', noColor: true },
      ...(infra.accessLog && { accessLog: { format: 'json', fields: { headers: { defaultMode: 'drop' } } } }),
      api: { dashboard: false },
      ping: { entryPoint: PRIVATE },
      metrics: { prometheus: { entryPoint: PRIVATE, manualRouting: true } },
      entryPoints: {
        [PRIVATE]: { address: PRIVATE_ADDRESS, http: HEADERS, transport: { lifeCycle: LIFE_CYCLE } },
        ...Object.fromEntries(
          entryPointsOf(infra).map((entryPoint) => [entryPoint.name, rendered(entryPoint, bind, infra)]),
        ),
      },
      providers: infra.live ? LIVE_PROVIDERS : pollingProviders(secrets.routesToken),
      certificatesResolvers: {
        [RESOLVER]: {
          acme: {
            ...(infra.certEmail !== undefined && { email: infra.certEmail }),
            storage: `${TRAEFIK_STATE}/acme.json`,
            caServer: infra.acmeServer ?? LETS_ENCRYPT,
            ...(infra.acmeRoot !== undefined && { caCertificates: [`${CURRENT}/traefik/acme-root.pem`] }),
            dnsChallenge: { provider: 'cloudflare', ...propagationOf(propagation) },
          },
        },
      },
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )
}

/** The lane by a file: with it comes the operator's own, by a link. The route server paces what it publishes, so Traefik needn't wait. */
const LIVE_PROVIDERS = { providersThrottleDuration: '0s', file: { directory: WATCHED, watch: true } }

const pollingProviders = (token: string): object => ({
  providersThrottleDuration: '1s',
  http: {
    endpoint: `http://${ROUTER_ADDRESS}/routes.yaml`,
    pollInterval: '5s',
    pollTimeout: '5s',
    headers: { Authorization: `Bearer ${token}` },
  },
  file: { filename: `${CURRENT}/${OPERATORS}`, watch: false },
})

/** A header that only looks like one of Traefik's own (`X_Forwarded_For`) would be believed by CGI programs. */
const HEADERS = { aliasHeadersStrategy: 'delete' }

function rendered(entryPoint: EntryPoint, bind: Circumstances['bind'], { http3 }: Infra): object {
  const { name, protocol } = entryPoint
  const address = addressOf(entryPoint, bind)
  if (protocol === 'udp') return { address: `${address}/udp` }
  if (protocol === 'tcp') return { address, transport: { lifeCycle: LIFE_CYCLE }, http: HEADERS }
  const transport = { lifeCycle: LIFE_CYCLE, respondingTimeouts: TIMEOUTS }
  if (entryPoint.port === 80) {
    const to = name.replace('web', 'websecure')
    return { address, transport, http: { ...HEADERS, redirections: { entryPoint: { to, scheme: 'https' } } } }
  }
  // With tls here, a router that names none is served over TLS, and not as plain HTTP on 443.
  return { address, asDefault: true, transport, ...(http3 && { http3: {} }), http: { ...HEADERS, tls: {} } }
}

function propagationOf({ resolvers, skipAuthoritative, waitInstead }: Propagation): object {
  const options = {
    ...(skipAuthoritative && { disableANSChecks: true }),
    ...(waitInstead !== undefined && { disableChecks: true, delayBeforeChecks: `${waitInstead}s` }),
  }
  return {
    ...(resolvers.length > 0 && { resolvers }),
    ...(Object.keys(options).length > 0 && { propagation: options }),
  }
}
