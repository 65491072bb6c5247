import { exposesNone } from '@route-server/kernel'
import type { Interest } from '@route-server/kernel'
import type { Container } from '@route-server/plugin-api'
import type { Listening } from './listening.ts'

export interface SeenOptions {
  /** Asked for each new or changed container that runs and is known to expose no TCP port; `undefined`: nobody cares. */
  readonly interestIn: (container: Container) => Interest | undefined
  readonly watch: Listening['watch']
  /** Something else is known of a container. */
  readonly changed: (id: string) => void
}

/**
 * What one daemon's containers were seen listening on. It is looked for while it is wanted, and then remembered: a remembered port is looked
 * for again only after a start, and given up where it isn't listened on any more and another one is.
 */
export class Seen {
  readonly #options: SeenOptions
  readonly #ports = new Map<string, readonly number[]>()
  /** Of those that run. */
  readonly #interests = new Map<string, Interest>()
  /** Those whose ports are of an earlier start, for all we know. */
  readonly #doubted = new Set<string>()
  /** Ends looking. */
  readonly #ends = new Map<string, () => void>()

  constructor(options: SeenOptions) {
    this.#options = options
  }

  portsOf(id: string): readonly number[] | undefined {
    return this.#ports.get(id)
  }

  /** Of an earlier run. */
  restore(id: string, ports: readonly number[]): void {
    this.#ports.set(id, ports)
    this.#doubted.add(id)
  }

  /** Takes in how a container is now. */
  show(container: Container): void {
    const { id, state } = container
    // Its start may have gone unheard.
    if (state !== 'running' && this.#ports.has(id)) this.#doubted.add(id)
    const interest = state === 'running' && exposesNone(container) ? this.#options.interestIn(container) : undefined
    if (interest) this.#interests.set(id, interest)
    else this.#interests.delete(id)
    this.#look(id)
  }

  /** Its processes are new ones. */
  start(id: string): void {
    if (this.#ports.has(id)) this.#doubted.add(id)
    this.#end(id)
    this.#look(id)
  }

  drop(id: string): void {
    this.#ports.delete(id)
    this.#interests.delete(id)
    this.#doubted.delete(id)
    this.#end(id)
  }

  close(): void {
    for (const id of [...this.#ends.keys()]) this.#end(id)
  }

  #look(id: string): void {
    const interest = this.#interests.get(id)
    if (!interest || !(interest.isWanted || this.#doubted.has(id))) this.#end(id)
    else if (!this.#ends.has(id))
      this.#ends.set(
        id,
        this.#options.watch(interest.address, (ports) => this.#take(id, ports)),
      )
  }

  #take(id: string, ports: readonly number[]): void {
    const before = this.#ports.get(id)
    this.#doubted.delete(id)
    // What does stays as long as it listens, whatever else does.
    const stays = this.#interests.get(id)?.isWanted
      ? before?.join() === ports.join()
      : before?.every((port) => ports.includes(port))
    if (stays) return this.#look(id)
    this.#ports.set(id, Object.freeze([...ports]))
    this.#options.changed(id)
  }

  #end(id: string): void {
    this.#ends.get(id)?.()
    this.#ends.delete(id)
  }
}
