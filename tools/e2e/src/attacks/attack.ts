import type { Entry, Guard, Policy } from '@route-server/kernel'
import type { Container, Settings } from '@route-server/plugin-api'
import type { Access } from '@route-server/server'
import type { Probe } from './probes.ts'
import type { Who } from './upstreams.ts'
import type { Visitor } from './visitor.ts'

/** An entry of the document. */
export type Written = Pick<Entry, 'name' | 'value'> & { readonly section: string }

/** What a route server lacks that lacks a guard. */
export interface Lack {
  /** Whether it forgets at a restart what networks have from one another. */
  readonly forgets?: boolean
  /** Whom it answers; Traefik, who shows the token, unless told. */
  readonly access?: Access
  /** Those of the policy that are off. */
  readonly guards?: readonly Guard[]
  readonly settings?: Partial<Settings>
  /** What it takes an attacker's container for. */
  readonly believe?: (container: Container) => Container
  /** What becomes of what it writes. */
  readonly rewrite?: (document: string) => string
  /** What it writes, the attacker's containers included, which its kernel doesn't see. */
  readonly write?: (entries: readonly Written[], containers: readonly Container[]) => readonly Written[]
}

/** What must not be connected to. */
export type Forbidden = Extract<Who, 'internal' | 'secret'>

/** What can be asked while an attack is on. */
export interface Scene {
  readonly ask: (probe: Probe) => Promise<string>
  /** How many connections have come to it since the attack began. */
  readonly connections: (to: Forbidden) => number
  readonly routeServer: { readonly address: string }
}

/** Whether harm is done. */
export type Harm = (scene: Scene) => boolean | Promise<boolean>

/**
 * `victim first`: the attacker comes while the victim runs. `attacker first`: the victim comes last. `victim away`: the attacker comes
 * while the victim is stopped, and then the victim comes back. `restart`: likewise, and the route server is restarted before.
 * `restless`: what the attacker has is there by turns.
 */
export type Order = 'victim first' | 'attacker first' | 'victim away' | 'restart' | 'restless'

export interface Attack {
  /** What the attacker does: a clause without its subject. */
  readonly name: string
  /** The route server that it harms. */
  readonly lack: Lack
  /** The usual one, at `app.example.com`, unless told. */
  readonly victim?: readonly Container[]
  readonly attacker: readonly Container[]
  /** Of the victim; the usual one, who asks `https://app.example.com/`, unless told. */
  readonly visitor?: Visitor
  /** Unless told: the visitor isn't answered by the victim; while that one is away, by the attacker. */
  readonly harm?: Harm
  /** Of the diagnostic that the attacker gets; left out where nothing is refused, since names are its own anyway. */
  readonly code?: string
  /** `victim first` unless told. */
  readonly order?: Order
  /** What the operator says about this machine, with and without the guard. */
  readonly policy?: Partial<Policy>
}
