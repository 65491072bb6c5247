import type { HttpRouter } from '../schema/configuration.ts'

export interface AutomaticRouterOptions {
  /** A DNS label. */
  readonly service: string
  readonly network: number
  readonly baseDomain: string
  readonly entryPoints: readonly string[]
  /** `undefined`: TLS with Traefik's default certificate. */
  readonly certResolver?: string | undefined
}

/** `{service}-{networkID}.{baseDomain}`. */
export const automaticHost = (options: Pick<AutomaticRouterOptions, 'service' | 'network' | 'baseDomain'>): string =>
  `${options.service}-${options.network}.${options.baseDomain}`

/**
 * The router that nobody had to write: where Traefik would use its default rule, and for containers without `traefik.*`
 * labels. All of them ask for the same wildcard, so that one certificate serves them all.
 */
export function automaticRouter(options: AutomaticRouterOptions): HttpRouter {
  const { certResolver, baseDomain, entryPoints } = options
  return {
    rule: `Host(\`${automaticHost(options)}\`)`,
    entryPoints,
    tls: certResolver === undefined ? {} : { certResolver, domains: [{ main: `*.${baseDomain}` }] },
  }
}
