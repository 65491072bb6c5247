import type { DaemonStatus } from '@route-server/kernel'
import type { Diagnostic } from '@route-server/plugin-api'
import type { TraefikMachine } from '@route-server/traefik-api'
import type { FetchesFacts } from '../facts.ts'
import type { Certificate } from '../observed.ts'

/** What a route server is set to. */
export interface MachineSettings {
  readonly machine?: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly hasToken: boolean
  readonly publishedAs?: string
  readonly baseDomain?: string
  readonly entryPoints?: readonly string[]
  readonly traefikVersion: string
  /** Where Traefik's own API answers, as the configuration has it. */
  readonly traefikApi?: string
  readonly stateDir: string
}

/** What the running route server knows about its machine. */
export interface MachineFacts {
  readonly settings: MachineSettings
  readonly runsForSeconds: number
  readonly document: { readonly revision: number } | { readonly waitingFor: readonly string[] }
  readonly daemons: readonly DaemonStatus[]
  /** About sockets, folders and daemons. */
  readonly diagnostics: readonly Diagnostic[]
  readonly fetches: FetchesFacts
  /** Sentences: what it can't do as it should. */
  readonly problems: readonly string[]
  /** Entry points that labels name and Traefik doesn't have, and how many routers do. */
  readonly unregistered: readonly { readonly entryPoint: string; readonly routers: number }[]
  /** Hosts that have a certificate of their own; of many the first. */
  readonly hosts: readonly string[]
}

export interface SocketMode {
  readonly path: string
  /** Permission bits: `0o660`. */
  readonly mode: number
}

/** What was seen on the machine. Left out: not to be seen from here. */
export interface MachineSeen {
  /** Why the route server doesn't answer, if it doesn't: a sentence. */
  readonly silence?: string
  readonly sockets: readonly SocketMode[]
  /** Whether the clock follows the time of the world. */
  readonly isSynchronised?: boolean
  readonly disk?: { readonly freeBytes: number; readonly freeInodes: number; readonly inodes: number }
  readonly traefik?: TraefikMachine & {
    readonly api: string
    /** Whether it answers without a password. */
    readonly isOpen: boolean
  }
  /** Why Traefik's API wasn't asked: a clause. */
  readonly untrusted?: string
  readonly certificates: readonly Certificate[]
}
