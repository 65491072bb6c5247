import { sorted } from './container.ts'

/** dockerd keeps this many past events for `since`. */
const REMEMBERED = 256

export interface EngineEvent {
  readonly type: 'container' | 'network'
  readonly action: string
  /** Of the container or network. */
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly time: number
  /** As `GET /events` sends it: one line of JSON. */
  readonly line: string
}

/** Where events go: a bounded memory and the listeners. */
export class Events {
  readonly #clock: () => number
  readonly #past: EngineEvent[] = []
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  #silent = false
  #count = 0

  constructor(clock: () => number) {
    this.#clock = clock
  }

  emit(type: EngineEvent['type'], action: string, id: string, attributes: Record<string, string>): void {
    if (this.#silent) return
    const time = this.#clock()
    const event = { type, action, id, attributes, time, line: this.#line(type, action, id, attributes, time) }
    this.#past.push(event)
    if (this.#past.length > REMEMBERED) this.#past.shift()
    for (const listener of this.#listeners) listener(event)
  }

  /** Makes a change of which nobody hears, now or by `since`. */
  silently(change: () => void): void {
    this.#silent = true
    try {
      change()
    } finally {
      this.#silent = false
    }
  }

  past(since: number, until: number): readonly EngineEvent[] {
    return this.#past.filter(({ time }) => time >= since && time <= until)
  }

  /** Calls `listener` for every event to come; the answer ends that. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #line(type: string, action: string, id: string, attributes: Record<string, string>, time: number): string {
    const legacy = type === 'container' && { status: action, id, from: attributes['image'] }
    const event = { ...legacy, Type: type, Action: action, Actor: { ID: id, Attributes: sorted(attributes) } }
    const seconds = Math.floor(time / 1000)
    // Nanoseconds don't fit a JavaScript number; a count in their place keeps them apart.
    const nanoseconds = `${Math.floor(time)}${String(this.#count++ % 1_000_000).padStart(6, '0')}`
    return `${JSON.stringify(event).slice(0, -1)},"scope":"local","time":${seconds},"timeNano":${nanoseconds}}\n`
  }
}
