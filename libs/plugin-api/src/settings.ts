import type { TraefikVersion } from '@route-server/traefik'

/** What the operator says about this machine, for every plugin to read. */
export interface Settings {
  /** This machine's name in `rdc`, for commands that messages tell. */
  readonly machine?: string
  /** `example.com`: an auto-route's host is `{service}-{networkID}.example.com`. Without one there are no auto-routes. */
  readonly baseDomain?: string
  /** The certificate resolver of auto-routes; `letsencrypt` unless configured. `undefined`: Traefik's default certificate. */
  readonly certResolver?: string
  /** Entry points of an HTTP router that names none: `websecure` and `websecure-v6` unless configured. */
  readonly httpEntryPoints: readonly string[]
  /** Every entry point that this machine's Traefik has; left out: any name is believed. */
  readonly entryPoints?: readonly string[]
  /** Names that labels may use for entry points, each with the entry point: `{ https: 'websecure' }`. */
  readonly entryPointAliases?: Readonly<Record<string, string>>
  /** Every certificate resolver that this machine's Traefik has; left out: any name is believed. */
  readonly certResolvers?: readonly string[]
  /** References to other providers' objects that labels may make, such as `secure-headers@file`. */
  readonly allowedReferences: readonly string[]
  /** The Traefik that polls; the newest one that is known unless configured. What it would refuse is left out. */
  readonly traefikVersion?: TraefikVersion
}
