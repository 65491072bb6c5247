import type { DaemonStatus, HoldReason, Made, RouterView } from '@route-server/kernel'
import type { Diagnostic, NetworkId, Port } from '@route-server/plugin-api'
import type { Question } from './question.ts'

/** A label, and who reads it. */
export interface LabelFacts {
  /** `traefik.enable=true`: one text, so that what is secret in it is recognised by its name. */
  readonly text: string
  /** Plugins that own it; `route-server` for what the route server itself reads. Empty: nobody does. */
  readonly readBy: readonly string[]
}

/** One container, from its labels to what is served of it. */
export interface ContainerFacts {
  readonly name: string
  readonly id: string
  readonly image: string
  readonly network: NetworkId
  /** Path of the daemon's socket. */
  readonly daemon: string
  /** A date in ISO 8601, like the others. */
  readonly created: string
  readonly state: string
  readonly status: string
  readonly health: string
  readonly networkMode: string
  /** What becomes of its routes; `unseen`: the kernel hasn't taken it in yet. */
  readonly presence: 'serving' | 'held' | 'absent' | 'unseen'
  /** Why its routes are held. */
  readonly reason?: HoldReason
  readonly since?: string
  /** As a DNS label; left out where it has no identity that can be believed. */
  readonly service?: string
  /** As its label has it. */
  readonly serviceName?: string
  readonly address?: string
  readonly exposedPorts?: readonly Port[]
  /** Seen, where the image exposes none. */
  readonly listeningPorts?: readonly number[]
  /** Those that somebody reads, or that look as if somebody should. */
  readonly labels: readonly LabelFacts[]
  readonly made: readonly Made[]
  /** Paths of the document. */
  readonly served: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Something that a network has and others can't have. */
export interface ClaimFacts {
  /** `app.example.com`, `tcp-25`. */
  readonly subject: string
  readonly network: NetworkId
  /** `name`: it is an automatic host. */
  readonly by: 'operator' | 'name' | 'claim'
  readonly since?: string
}

/** An answer to whoever asked for the route document. */
export interface FetchFacts {
  readonly secondsAgo: number
  readonly status: number
  readonly revision?: number
}

/** What was fetched of the route document since the start. */
export interface FetchesFacts {
  /** The last answer to Traefik. */
  readonly traefik?: FetchFacts
}

/** All that the route server knows about what was asked. What is secret in it is masked where it is written out. */
export interface Facts {
  readonly question: Question
  readonly machine?: string
  readonly baseDomain?: string
  /** Where Traefik's own API answers, as the configuration has it. */
  readonly traefikApi?: string
  /** Every entry point that Traefik has, where the operator told. */
  readonly entryPoints?: readonly string[]
  readonly runsForSeconds: number
  readonly document:
    | { readonly revision: number; readonly secondsOld: number }
    /** Sentences: there is none yet. */
    | { readonly waitingFor: readonly string[] }
  /** The file that Traefik watches, in place of fetching the document. */
  readonly publishedAs?: string
  readonly fetches: FetchesFacts
  /** The ones in question; of many the first. */
  readonly containers: readonly ContainerFacts[]
  readonly routers: readonly RouterView[]
  /** How many more containers and routers there are. */
  readonly more: number
  readonly claims: readonly ClaimFacts[]
  /** Those of the containers, or of the network in question. */
  readonly daemons: readonly DaemonStatus[]
  /** What is to be said about these daemons, about folders that can't be read, and about the network as a whole. */
  readonly notices: readonly Diagnostic[]
  /** Of a host or a name that nobody has: the network that its form tells, and whether it has a daemon here. */
  readonly expected?: { readonly network: NetworkId; readonly service: string; readonly isWatched: boolean }
  /** What nearly has that name; of a container that serves nothing under it, what it serves. */
  readonly near?: string
}

/** Of the containers in question: paths of their daemons. */
export const socketsOf = ({ containers }: Facts): readonly string[] => containers.map(({ daemon }) => daemon)
