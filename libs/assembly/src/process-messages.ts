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
  readonly wantsListening: boolean
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

/** The first thing that the process says. */
export type Loaded = { readonly about: About } | { readonly failure: LoadFailure; readonly about?: About }

/** The last thing that it says, where it fails outside of any call. */
export interface Failed {
  readonly failed: string
}

/** What a process begins with. */
export interface Beginning {
  /** `file:` URL of the module. */
  readonly url: string
  /** As the configuration has them. */
  readonly options: unknown
  /** Bytes of a fragment. */
  readonly most: number
}

/** What the thread begins with that is between a process and whoever asks it. */
export interface BridgeData {
  /** The program and its arguments. */
  readonly command: readonly string[]
  /** What the program reads, and runs. */
  readonly source: string
  readonly port: MessagePort
  /** Counts what it tells, for whoever waits for that without turning to anything else. */
  readonly count: Int32Array
  /** Bytes of a message. */
  readonly most: number
}

/** What the thread tells: a message of the process, that it was started, or how it ended: its exit code, or the signal that ended it. */
export type Told =
  Uint8Array | { readonly pid: number } | { readonly ended: number | NodeJS.Signals | { readonly unstarted: string } }
