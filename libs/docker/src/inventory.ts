import type { Listing } from '@route-server/kernel'
import type { Container, Port } from '@route-server/plugin-api'
import { callsForEvent, isSame, withPorts, type Source } from './listing.ts'

/** What came of one list call. */
export interface Merged {
  /** IDs of containers that differ in a way that Docker announces with an event. */
  readonly eventful: readonly string[]
  /** Containers whose ports have to be asked for with one inspect each. */
  readonly portless: readonly Container[]
}

/** What is known about one daemon's containers, across connections. Nobody sees it before it is complete. */
export class Inventory {
  readonly #source: Source
  readonly #wantsPorts: (container: Container) => boolean
  readonly #shown = new Map<string, Container>()
  /** Listed, and kept from view until their ports are known: a route shouldn't come without a port and then change. */
  readonly #held = new Map<string, Container>()
  readonly #ports = new Map<string, { readonly image: string; readonly ports: readonly Port[] }>()
  /** Shown without ports, for want of an answer. */
  readonly #unanswered = new Set<string>()
  #listing: Listing | undefined
  #dirty = true

  constructor(source: Source, wantsPorts: (container: Container) => boolean) {
    this.#source = source
    this.#wantsPorts = wantsPorts
  }

  /** The last complete listing that was published. */
  get listing(): Listing | undefined {
    return this.#listing
  }

  /** Takes in a list: of everything, or only of the IDs `asked` for. What was asked for and isn't listed is gone. */
  merge(listed: readonly Container[], asked?: ReadonlySet<string>): Merged {
    const eventful: string[] = []
    const portless: Container[] = []
    const present = new Set(listed.map(({ id }) => id))
    for (const id of asked ?? [...this.#shown.keys(), ...this.#held.keys()]) {
      if (present.has(id)) continue
      if (callsForEvent(this.#shown.get(id), undefined)) eventful.push(id)
      this.#drop(id)
    }
    for (const plain of listed) {
      const container = this.#withKnownPorts(plain)
      const before = this.#shown.get(container.id)
      if (before && isSame(before, container)) continue
      if (callsForEvent(this.#held.get(container.id) ?? before, container)) eventful.push(container.id)
      if (this.#lacksPorts(container)) {
        this.#held.set(container.id, container)
        portless.push(container)
      } else {
        this.#show(container)
      }
    }
    return { eventful, portless }
  }

  /** The containers whose ports were asked for in vain. */
  unanswered(): readonly Container[] {
    return [...this.#unanswered].flatMap((id) => this.#shown.get(id) ?? [])
  }

  /** Shows a container whose inspect has been answered with its ports, or in vain. */
  settle(id: string, ports: readonly Port[] | undefined): void {
    const container = this.#held.get(id) ?? this.#shown.get(id)
    if (!container) return
    if (ports) {
      this.#ports.set(id, { image: container.image, ports })
      this.#unanswered.delete(id)
      this.#show(withPorts(container, ports))
    } else {
      this.#unanswered.add(id)
      if (this.#held.has(id)) this.#show(container)
    }
  }

  /** Makes the next listing out of what is known now. Returns whether it is a new one. */
  publish(): boolean {
    if (!this.#dirty) return false
    this.#dirty = false
    this.#listing = Object.freeze({ ...this.#source, containers: Object.freeze([...this.#shown.values()]) })
    return true
  }

  #lacksPorts(container: Container): boolean {
    return container.state === 'running' && container.exposedPorts === undefined && this.#wantsPorts(container)
  }

  #withKnownPorts(container: Container): Container {
    const known = this.#ports.get(container.id)
    return known?.image === container.image ? withPorts(container, known.ports) : container
  }

  #show(container: Container): void {
    this.#held.delete(container.id)
    this.#shown.set(container.id, container)
    this.#dirty = true
  }

  #drop(id: string): void {
    this.#held.delete(id)
    this.#ports.delete(id)
    this.#unanswered.delete(id)
    if (this.#shown.delete(id)) this.#dirty = true
  }
}
