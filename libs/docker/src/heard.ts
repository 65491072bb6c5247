import type { DockerEvent } from './events.ts'

/** Remembers the events that the open stream delivered, for one to two periods between calls of `forget`. */
export class Heard {
  #events = new Set<string>()
  #ids = new Set<string>()
  #olderEvents = new Set<string>()
  #olderIds = new Set<string>()

  add(event: DockerEvent): void {
    this.#events.add(keyOf(event))
    this.#ids.add(event.id)
  }

  has(event: DockerEvent): boolean {
    const key = keyOf(event)
    return this.#events.has(key) || this.#olderEvents.has(key)
  }

  /** Whether any event named this container lately. */
  of(id: string): boolean {
    return this.#ids.has(id) || this.#olderIds.has(id)
  }

  /** Forgets what was already old, and lets the rest grow old. */
  forget(): void {
    this.#olderEvents = this.#events
    this.#olderIds = this.#ids
    this.#events = new Set()
    this.#ids = new Set()
  }
}

function keyOf({ timeNano, id, action }: DockerEvent): string {
  return `${timeNano}:${id}:${action}`
}
