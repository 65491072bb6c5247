import type { Diagnostic, NetworkId, Origin } from '@route-server/plugin-api'
import type { PortTable } from '../claims/ports.ts'
import type { DaemonStatus } from '../snapshot.ts'

/** The route document at one revision, ready to serve. */
export interface RouteDocument {
  /** Counts the different documents, from where the run before ended as far as that is known; 1 is the first. A start counts as one. */
  readonly revision: number
  /** Canonical YAML, UTF-8, one after the other. Revisions share those that are the same in both. */
  readonly parts: readonly Uint8Array[]
  /** Of all parts; bytes. */
  readonly length: number
  /** When these bytes came to be; milliseconds since 1970. Never part of the bytes. */
  readonly changedAt: number
}

export type Protocol = 'http' | 'tcp' | 'udp'

/** A router as `/routes.json` shows it. */
export interface RouterView {
  readonly protocol: Protocol
  /** Its name in the document: `{name}-{networkID}`. */
  readonly name: string
  readonly network: NetworkId
  /** UDP routers have none. */
  readonly rule?: string
  readonly entryPoints: readonly string[]
  readonly middlewares: readonly string[]
  /** `false`, or what the router says about TLS. */
  readonly tls: false | Readonly<Record<string, unknown>>
  readonly priority?: number | string
  readonly service: string
  /** URLs (HTTP) or addresses (TCP, UDP) of the service; empty where it has no servers or isn't ours. */
  readonly servers: readonly string[]
  /** Hosts that the rule names, lower case. */
  readonly hosts: readonly string[]
  /** Who contributed it; several where containers agree. */
  readonly origins: readonly Origin[]
}

/** One network as whoever looks sees it: the same object until something about it changes. Worked out when it is first asked for. */
export interface NetworkView {
  readonly network: NetworkId
  routers(): readonly RouterView[]
  diagnostics(): readonly Diagnostic[]
}

/** What the HTTP endpoints, the log and the page may ask. Cheap to call; the views are made when asked for. */
export interface RouteView {
  /** The document, or the sentences that say what it waits for. Never an empty document for want of knowledge. */
  document(): RouteDocument | { readonly waitingFor: readonly string[] }
  routers(): readonly RouterView[]
  /** By ascending network ID. */
  networks(): readonly NetworkView[]
  ports(): PortTable
  diagnostics(): readonly Diagnostic[]
  daemons(): readonly DaemonStatus[]
  /** Number of routers and services by protocol. */
  counts(): {
    readonly routers: Readonly<Record<Protocol, number>>
    readonly services: Readonly<Record<Protocol, number>>
  }
  /** Whether auto-routes are made. */
  readonly autoRoutes: boolean
}
