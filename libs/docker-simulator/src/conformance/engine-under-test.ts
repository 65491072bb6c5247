import type { ContainerSpec, Health } from '../container.ts'

/** A daemon, simulated or real, and a hand on its containers. Every step may take its time; nobody else uses the daemon meanwhile. */
export interface EngineUnderTest {
  readonly socket: string
  /**
   * Creates and starts a container on the host's network whose process ends by itself on signal 15; answers its ID. With `health` the container
   * has a check, and the call returns when it says so.
   */
  readonly run: (spec: ContainerSpec) => string | Promise<string>
  readonly create: (spec: ContainerSpec) => string | Promise<string>
  readonly stop: (name: string) => unknown
  readonly remove: (name: string) => unknown
  readonly restart: (name: string) => unknown
  readonly kill: (name: string) => unknown
  readonly rename: (name: string, newName: string) => unknown
  readonly pause: (name: string) => unknown
  readonly unpause: (name: string) => unknown
  readonly update: (name: string) => unknown
  readonly setHealth: (name: string, health: Exclude<Health, 'none' | 'starting'>) => unknown
}

/** One thing that every Docker Engine does, as a sentence and its proof. */
export interface EngineCheck {
  readonly behaviour: string
  readonly check: (engine: EngineUnderTest) => Promise<void>
}
