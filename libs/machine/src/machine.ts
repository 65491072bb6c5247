/** A server that `rdc` knows: how to reach it, and what shall stand on it. */
export interface Machine {
  /** `server-1`: lower-case letters, digits and dashes. */
  readonly name: string
  readonly ssh: Reach
  readonly infra: Infra
}

/** How OpenSSH reaches a machine. What is left out is OpenSSH's own decision: `~/.ssh/config`, its defaults. */
export interface Reach {
  /** Address or name: `203.0.113.50`. */
  readonly host: string
  readonly user?: string
  readonly port?: number
  /** File with a private key on this computer; absolute. */
  readonly identity?: string
  /** Host to go through (`ssh -J`). */
  readonly jump?: string
}

/** What `rdc context set-infra` sets. Everything may be missing until it is set; `push-infra` says what it needs. */
export interface Infra {
  readonly publicIpv4?: string
  readonly publicIpv6?: string
  /** `example.com`; auto-routes live below it, under one wildcard certificate. */
  readonly baseDomain?: string
  readonly certEmail?: string
  /** The ACME server's directory; Let's Encrypt's unless told. */
  readonly acmeServer?: string
  /** PEM file on this computer with the certificate of the ACME server's own issuer; absolute. */
  readonly acmeRoot?: string
  /** TCP ports beside the preconfigured ones; ascending. */
  readonly tcpPorts: readonly number[]
  readonly udpPorts: readonly number[]
  /** Preconfigured ports that this machine shall not have; ascending. */
  readonly withoutTcpPorts: readonly number[]
  readonly withoutUdpPorts: readonly number[]
  /** Whether the preconfigured ports are there at all. */
  readonly defaultPorts: boolean
  readonly http3: boolean
  readonly accessLog: boolean
  /** Whether Traefik gets the route document as a file that it watches, at once, and doesn't poll. */
  readonly live: boolean
}

/** A machine of which nothing but its address is known. */
export const EMPTY_INFRA: Infra = {
  tcpPorts: [],
  udpPorts: [],
  withoutTcpPorts: [],
  withoutUdpPorts: [],
  defaultPorts: true,
  http3: false,
  accessLog: false,
  live: false,
}
