import type { Container, Context, Problem, Settings } from '@route-server/plugin-api'
import type { MessagePort } from 'node:worker_threads'

/** What a plugin is asked about one container. */
export interface Question {
  readonly id: number
  readonly container: Container
  readonly service: string
  readonly address: string
  readonly traefik: Context['traefik']
  /** Left out where they are those of the question before. */
  readonly settings?: Settings
}

/** What it says, before it is read. */
export interface SerializedAnswer {
  readonly id: number
  /** How long it took; milliseconds. */
  readonly took: number
  readonly wantsPorts: boolean
  readonly problems: readonly Problem[]
  /** The fragment; left out where there is none. */
  readonly fragment?: Uint8Array
  /** Why there is none, where the plugin failed. */
  readonly threw?: string
}

/** What a module exports as its plugin, as far as that can be told without running it. */
export interface About {
  readonly apiVersion: unknown
  readonly name: unknown
  readonly labels: unknown
  readonly yields: unknown
  readonly hasOptions: boolean
  readonly hasContribute: boolean
}

/** Why a plugin isn't ready. */
export type LoadFailure =
  | { readonly kind: 'import'; readonly code?: string; readonly message: string }
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'options'
      readonly issues: readonly { readonly message: string; readonly path: readonly PropertyKey[] }[]
    }

/** The first thing that the thread says. */
export type Loaded = { readonly about: About } | { readonly failure: LoadFailure; readonly about?: About }

/** What a thread begins with. */
export interface ThreadData {
  /** `file:` URL of the module. */
  readonly url: string
  /** As the configuration has them. */
  readonly options: unknown
  readonly port: MessagePort
  /** Counts the answers, for whoever waits for one without turning to anything else. */
  readonly count: Int32Array
  /** Bytes of a fragment. */
  readonly most: number
}
