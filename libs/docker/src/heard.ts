import type { DockerEvent } from './events.ts'

/** Docker remembers the last 256 events, so this many of ours are at least as many as it can ask about. */
const REMEMBERED = 1_000

/** Remembers the events that the open stream delivered. */
export class Heard {
  /** The last `REMEMBERED` to twice as many. */
  #events = new Set<string>()
  #olderEvents = new Set<string>()
  /** Those of one to two periods between calls of `forget`. */
  #ids = new Set<string>()
  #olderIds = new Set<string>()

  add(event: DockerEvent): void {
    this.#events.add(keyOf(event))
    this.#ids.add(event.id)
    if (this.#events.size < REMEMBERED) return
    this.#olderEvents = this.#events
    this.#events = new Set()
  }

  has(event: DockerEvent): boolean {
    const key = keyOf(event)
    return this.#events.has(key) || this.#olderEvents.has(key)
  }

  /** Whether any event named this container lately. */
  of(id: string): boolean {
    return this.#ids.has(id) || this.#olderIds.has(id)
  }

  /** Forgets the containers that were named long ago, and lets the rest grow old. */
  forget(): void {
    this.#olderIds = this.#ids
    this.#ids = new Set()
  }
}

function keyOf({ timeNano, id, action }: DockerEvent): string {
  return `${timeNano}:${id}:${action}`
}
