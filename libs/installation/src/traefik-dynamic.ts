import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { API_USER, credentialOf, PRIVATE, TRAEFIK } from './paths.ts'

/** Of a random password of 256 bits nothing is learnt from a fast hash. */
export const htpasswd = (password: string): string =>
  `${API_USER}:{SHA}${createHash('sha1').update(password).digest('base64')}`

/** What Traefik has besides the route document: its default certificate, and a password before its own API and metrics. */
export function traefikDynamic(apiPassword: string): string {
  const behindPassword = (rule: string, service: string): object => ({
    entryPoints: [PRIVATE],
    rule,
    service,
    middlewares: ['operators'],
  })
  return stringify(
    {
      http: {
        routers: {
          api: behindPassword('PathPrefix(`/api`)', 'api@internal'),
          metrics: behindPassword('Path(`/metrics`)', 'prometheus@internal'),
        },
        middlewares: { operators: { basicAuth: { users: [htpasswd(apiPassword)], removeHeader: true } } },
      },
      tls: {
        options: { default: { minVersion: 'VersionTLS12', sniStrict: false } },
        stores: {
          default: {
            defaultCertificate: {
              certFile: credentialOf(TRAEFIK, 'default.crt'),
              keyFile: credentialOf(TRAEFIK, 'default.key'),
            },
          },
        },
      },
    },
    { lineWidth: 0 },
  )
}
