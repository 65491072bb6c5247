import type { NamedStatus, TraefikMachine } from '@route-server/traefik-api'

/** A socket that waits for connections. */
export interface Listener {
  /** `127.0.11.2`, `0.0.0.0`, `::` */
  readonly address: string
  readonly port: number
}

/** What came of an attempt to connect. */
export interface Dialled {
  /** `127.0.11.2:8080` */
  readonly address: string
  readonly outcome: 'open' | 'refused' | 'silent' | 'unreachable'
}

export interface Traefik extends TraefikMachine {
  /** Where its API answers, without a password. */
  readonly api: string
  readonly routers: readonly NamedStatus[]
}

export interface Resolved {
  readonly host: string
  readonly addresses: readonly string[]
  /** Why there is no answer, if the resolver gave none. */
  readonly failure?: string
}

/** What is served for a host. */
export interface Certificate {
  readonly host: string
  readonly subject: string
  readonly issuer: string
  /** A date in ISO 8601. */
  readonly until: string
  readonly isFor: boolean
  readonly isTrusted: boolean
  readonly why: string
  readonly isStaging: boolean
}

/** What Traefik answered when it was asked as a visitor asks. */
export interface Answer {
  readonly url: string
  /** The entry point's own address. */
  readonly at: string
  /** Left out where there was none. */
  readonly status?: number
  /** Whether a host that nobody can have gets the very same. */
  readonly isForNobody?: boolean
  readonly failure?: string
  /** Whether it only hadn't come in time. */
  readonly isSlow?: boolean
}

/** What was seen around. Left out: not looked at, or not to be seen from here. */
export interface Observed {
  /** Everything that listens to TCP on this machine. */
  readonly listeners?: readonly Listener[]
  /** What a container's own processes listen on, by its ID; where this user may see that. */
  readonly ownListeners?: Readonly<Record<string, readonly Listener[]>>
  readonly dialled: readonly Dialled[]
  readonly traefik?: Traefik
  /** Why Traefik's API wasn't asked, with its password: a clause. */
  readonly untrusted?: string
  readonly resolved: readonly Resolved[]
  /** This machine's own addresses, those of its entry points included. */
  readonly own: readonly string[]
  readonly certificates: readonly Certificate[]
  readonly answers: readonly Answer[]
  /** Why Traefik gets no certificates, as its log has it; sentences with what to do. */
  readonly acme?: readonly string[]
}

export const NOTHING_OBSERVED: Observed = { dialled: [], resolved: [], own: [], certificates: [], answers: [] }
