import type { NetworkId, Plugin } from '@route-server/plugin-api'

/**
 * What keeps networks apart. `hosts`: a host is routed for the network that has it. `entry-points`: so is an entry point that only
 * one can use. `upstreams`: Traefik connects to the network's own addresses. `host-files`: no label names files of the host,
 * Traefik's plugins or its TLS stores. `addresses`: a service's address and port are its own. `shares`: nobody takes more than
 * his share. A guard that is off still tells, as information, and stops nothing.
 */
export const GUARDS = ['hosts', 'entry-points', 'upstreams', 'host-files', 'addresses', 'shares'] as const
export type Guard = (typeof GUARDS)[number]

/** `trusted`: all networks have one owner, who may take hosts and addresses from himself. */
export type Tenancy = 'strict' | 'trusted'

const OFF_BETWEEN_FRIENDS: readonly Guard[] = ['hosts', 'entry-points', 'upstreams', 'host-files']

export const guardsOf = (tenancy: Tenancy): ReadonlySet<Guard> =>
  new Set(GUARDS.filter((guard) => tenancy === 'strict' || !OFF_BETWEEN_FRIENDS.includes(guard)))

/** How much one network may have. What is over is left out, the youngest first, and said. */
export interface Shares {
  /** Routers of all protocols together. */
  readonly routers: number
  /** Hosts that it claims; those of its auto-routes don't count. */
  readonly hosts: number
  /** TCP and UDP entry points that it claims, alone or with others. */
  readonly ports: number
  /** Of its part of the route document. */
  readonly bytes: number
  /** Hosts of its own that a certificate resolver gets certificates for, or did in the past seven days; those that `*.{baseDomain}` covers don't count. */
  readonly certificateHosts: number
  /** Changes of its part of the document a minute, after ten times as many at once; further ones wait. */
  readonly revisions: number
}

/** How much of one container is looked at. Nobody real comes near; what is over is left out and said. */
export interface Limits {
  /** Labels of a container. */
  readonly labels: number
  /** Bytes of a `traefik.*` or `rediacc.*` label, or of one that a plugin declares, its name and its value each. */
  readonly valueBytes: number
  /** Routers that a container's labels make, of all protocols together. */
  readonly routers: number
}

/** Inclusive; empty where `last` is below `first`. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** What the operator says about the networks of this machine and what they may do to each other. Plugins never see it. */
export interface Policy {
  readonly tenancy: Tenancy
  /** Those that stop something; `guardsOf(tenancy)` but in tests. */
  readonly guards: ReadonlySet<Guard>
  /** Hosts, and `*.parent`, that the operator gave to a network; lower case. They beat every claim. */
  readonly hosts: Readonly<Record<string, NetworkId>>
  /** Networks that may have rules for any host. */
  readonly catchAll: readonly NetworkId[]
  /** Where Traefik may connect to for any network: `10.0.0.5`, `10.0.0.0/8`, `authelia.internal:9091`, with or without a port. */
  readonly upstreams: readonly string[]
  /** Files and folders of the host that labels may name; absolute paths. */
  readonly files: readonly string[]
  /** Traefik plugins that labels may use as middlewares, by name. */
  readonly plugins: readonly string[]
  /** Networks that may define TLS stores and default certificates. */
  readonly tlsStores: readonly NetworkId[]
  /** What becomes of an HTTP router whose host another network has: served at its service's automatic host, or not at all. */
  readonly forks: 'auto-route' | 'refuse'
  /** Where ports are allocated whose own number isn't free. */
  readonly dynamicPorts: { readonly tcp: PortRange; readonly udp: PortRange }
  /** How long a claim outlives its owner's last router, in time that the route server ran; milliseconds. */
  readonly claimLapse: number
  /** How long a request waits for a container that is being recreated, and how long its address stays for that; milliseconds, 0: not at all. */
  readonly hold: number
  readonly shares: Shares
  readonly limits: Limits
  /** Plugins that could be enabled and aren't, for messages to name. */
  readonly notEnabled: readonly Pick<Plugin, 'name' | 'labels'>[]
}

export const DEFAULT_SHARES: Shares = {
  routers: 10_000,
  hosts: 1_000,
  ports: 10,
  bytes: 4 * 2 ** 20,
  certificateHosts: 50,
  revisions: 6,
}

export const DEFAULT_LIMITS: Limits = { labels: 2_000, valueBytes: 65_536, routers: 500 }

/** What holds where the operator says nothing. */
export const DEFAULT_POLICY: Policy = {
  tenancy: 'strict',
  guards: guardsOf('strict'),
  hosts: {},
  catchAll: [],
  upstreams: [],
  files: [],
  plugins: [],
  tlsStores: [],
  forks: 'auto-route',
  dynamicPorts: { tcp: { first: 10_000, last: 10_010 }, udp: { first: 1, last: 0 } },
  claimLapse: 7 * 24 * 3_600_000,
  hold: 10_000,
  shares: DEFAULT_SHARES,
  limits: DEFAULT_LIMITS,
  notEnabled: [],
}
