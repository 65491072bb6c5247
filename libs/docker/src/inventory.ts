import type { Listing } from '@route-server/kernel'
import type { Container, HealthLog, Port } from '@route-server/plugin-api'
import { callsForEvent, isSame, parseContainer, restored, withKnown } from './listing.ts'
import type { Inspected, KeepLabel, Source } from './listing.ts'
import type { Listening } from './listening.ts'
import { Seen, type SeenOptions } from './seen.ts'
import { Shown } from './shown.ts'

export interface InventoryOptions {
  readonly source: Source
  readonly wantsPorts: (container: Container) => boolean
  readonly interestIn: SeenOptions['interestIn']
  readonly watch: Listening['watch']
  /** Something was seen that the next listing has. */
  readonly seen: () => void
  readonly keepLabel: KeepLabel
}

/** One container of a list, before the list counts. */
export interface Prepared {
  readonly container: Container
  /** Whether its ports are wanted, as far as that is known. */
  readonly wantsPorts: boolean
}

/** What came of one list call. */
export interface Merged {
  /** IDs of containers that differ in a way that Docker announces with an event. */
  readonly eventful: readonly string[]
  /** IDs of containers to inspect once: for their ports, or because they have become unhealthy. */
  readonly unknown: readonly string[]
}

/** What is known about one daemon's containers, across connections. Nobody sees it before it is complete. */
export class Inventory {
  readonly #options: InventoryOptions
  #shown = new Shown()
  /** Listed, and kept from view until their ports are known: a route shouldn't come without a port and then change. */
  readonly #held = new Map<string, Container>()
  readonly #ports = new Map<string, { readonly image: string; readonly ports: readonly Port[] }>()
  readonly #seen: Seen
  /** Of the unhealthy ones; `undefined` where it was asked for and isn't known. */
  readonly #healthLogs = new Map<string, HealthLog | undefined>()
  /** Shown without ports, for want of an answer. */
  readonly #unanswered = new Set<string>()
  /** Those of the shown whose processes exist, by the last list. */
  readonly #alive = new Set<string>()
  /** Those of the shown that an event said to have died. */
  readonly #died = new Set<string>()
  #listing: Listing | undefined
  #dirty = true
  #isOutlived = false
  #unheard = 0

  /** `before`: the last complete listing of an earlier run. What it says is copied, and it is let go. */
  constructor(before: Listing | undefined, options: InventoryOptions) {
    this.#options = options
    const { interestIn, watch } = options
    this.#seen = new Seen({ interestIn, watch, changed: (id) => this.#notice(id) })
    if (before) this.#restore(before)
  }

  /** The last complete listing that was published. */
  get listing(): Listing | undefined {
    return this.#listing
  }

  /** How many containers are known. */
  get size(): number {
    return this.#shown.size + this.#held.size
  }

  /** How many are shown. */
  get shown(): number {
    return this.#shown.size
  }

  /** Whether its containers run on without the daemon. */
  get isOutlived(): boolean {
    return this.#isOutlived
  }

  set isOutlived(does: boolean) {
    this.#dirty ||= does !== this.#isOutlived
    this.#isOutlived = does
  }

  /** For how long its daemon hasn't been heard; ms. */
  get unheard(): number {
    return this.#unheard
  }

  set unheard(ms: number) {
    this.#dirty ||= ms !== this.#unheard
    this.#unheard = ms
  }

  /** Whether some container ran when it was last heard of. */
  get hasRunning(): boolean {
    for (const id of this.#alive) if (!this.#died.has(id)) return true
    return false
  }

  /** Reads one item of a list. Unless something changed, it is the container that is shown already. */
  prepare(item: unknown): Prepared {
    const container = this.#withKnown(parseContainer(item, this.#options.source, this.#options.keepLabel))
    const before = this.#shown.get(container.id)
    if (before && isSame(before, container)) return { container: before, wantsPorts: false }
    const lacksPorts = container.state === 'running' && container.exposedPorts === undefined
    return { container, wantsPorts: lacksPorts && this.#options.wantsPorts(container) }
  }

  /** Takes in a list: of everything, or only of the IDs `asked` for. What was asked for and isn't listed is gone. */
  merge(listed: readonly Prepared[], asked?: ReadonlySet<string>): Merged {
    const eventful: string[] = []
    const unknown: string[] = []
    if (!asked) this.#died.clear()
    const present = new Set(listed.map(({ container }) => container.id))
    for (const id of asked ?? this.#ids()) {
      if (present.has(id)) continue
      if (callsForEvent(this.#shown.get(id), undefined)) eventful.push(id)
      this.#drop(id)
    }
    for (const { container: prepared, wantsPorts } of listed) {
      const { id } = prepared
      const isUnasked = this.#needsHealthLog(prepared)
      const before = this.#shown.get(id)
      // An inspect may have been answered since it was prepared.
      const container = prepared === before ? before : this.#withKnown(prepared)
      const isHeld = wantsPorts && container.exposedPorts === undefined
      if (isUnasked || isHeld) unknown.push(id)
      if (before && (before === container || isSame(before, container))) continue
      if (callsForEvent(this.#held.get(id) ?? before, container)) eventful.push(id)
      if (isHeld) this.#held.set(id, container)
      else this.#show(container)
    }
    return { eventful, unknown }
  }

  /** The IDs of the containers whose ports were asked for in vain. */
  unanswered(): readonly string[] {
    return [...this.#unanswered]
  }

  /** Takes in what an inspect told, or that it was in vain. */
  settle(id: string, inspected: Inspected | undefined): void {
    const container = this.#held.get(id) ?? this.#shown.get(id)
    if (!container) return
    const isAwaited = this.#held.has(id) || this.#unanswered.has(id)
    if (inspected && isAwaited) {
      this.#ports.set(id, { image: container.image, ports: inspected.ports })
      this.#unanswered.delete(id)
    } else if (isAwaited) {
      this.#unanswered.add(id)
    }
    if (inspected && this.#healthLogs.has(id)) this.#healthLogs.set(id, inspected.healthLog)
    const known = this.#withKnown(container)
    if (known !== container || this.#held.has(id)) this.#show(known)
  }

  /** An inspect was broken off: its container's health log may be asked for again. */
  unsettle(id: string): void {
    if (this.#healthLogs.get(id) === undefined) this.#healthLogs.delete(id)
  }

  /** An event said that a container died or started. */
  hear(id: string, isAlive: boolean): void {
    if (isAlive) {
      this.#died.delete(id)
      this.#seen.start(id)
    } else if (this.#shown.get(id)) this.#died.add(id)
  }

  /** Makes the next listing out of what is known now. Returns whether it is a new one. */
  publish(): boolean {
    if (!this.#dirty) return false
    this.#dirty = false
    this.#listing = this.#shown.publish({
      ...this.#options.source,
      ...(this.#isOutlived && { outlived: true as const }),
      ...(this.#unheard > 0 && { unheard: this.#unheard }),
    })
    return true
  }

  /** Knows nothing any more. */
  clear(): void {
    for (const id of this.#ids()) this.#drop(id)
    this.#shown = new Shown()
    this.#listing = undefined
    this.#dirty = true
  }

  /** Looks for nothing any more. */
  close(): void {
    this.#seen.close()
  }

  #restore({ containers, outlived, unheard = 0 }: Listing): void {
    const { source, keepLabel } = this.#options
    this.#isOutlived = outlived === true
    this.#unheard = unheard
    for (const earlier of containers) {
      const container = restored(earlier, source, keepLabel)
      const { id, image, exposedPorts, listeningPorts, healthLog } = container
      if (listeningPorts) this.#seen.restore(id, listeningPorts)
      this.#show(container)
      if (exposedPorts) this.#ports.set(id, { image, ports: exposedPorts })
      if (healthLog) this.#healthLogs.set(id, healthLog)
    }
    this.publish()
  }

  /** Whether it has become unhealthy; once each time. */
  #needsHealthLog({ id, state, health }: Container): boolean {
    if (state !== 'running' || health !== 'unhealthy') this.#healthLogs.delete(id)
    else if (!this.#healthLogs.has(id)) return this.#healthLogs.set(id, undefined).has(id)
    return false
  }

  /** The same container with what inspects told of it. */
  #withKnown(container: Container): Container {
    const { id, image, state, health } = container
    const known = this.#ports.get(id)
    const exposedPorts = known?.image === image ? known.ports : container.exposedPorts
    const healthLog = state === 'running' && health === 'unhealthy' ? this.#healthLogs.get(id) : undefined
    const listeningPorts = this.#seen.portsOf(id)
    if (
      exposedPorts === container.exposedPorts &&
      listeningPorts === container.listeningPorts &&
      healthLog === container.healthLog
    )
      return container
    return withKnown(container, {
      ...(exposedPorts && { exposedPorts }),
      ...(listeningPorts && { listeningPorts }),
      ...(healthLog && { healthLog }),
    })
  }

  #ids(): readonly string[] {
    return [...this.#shown.ids(), ...this.#held.keys()]
  }

  #show(container: Container): void {
    this.#held.delete(container.id)
    this.#shown.set(container)
    if (ALIVE.has(container.state)) this.#alive.add(container.id)
    else this.#alive.delete(container.id)
    this.#dirty = true
    this.#seen.show(container)
  }

  #notice(id: string): void {
    const container = this.#shown.get(id)
    if (!container) return
    this.#show(this.#withKnown(container))
    this.#options.seen()
  }

  #drop(id: string): void {
    this.#held.delete(id)
    this.#ports.delete(id)
    this.#healthLogs.delete(id)
    this.#unanswered.delete(id)
    this.#seen.drop(id)
    this.#died.delete(id)
    this.#alive.delete(id)
    if (this.#shown.delete(id)) this.#dirty = true
  }
}

/** States in which a container's processes exist. */
const ALIVE = new Set<Container['state']>(['running', 'paused'])
