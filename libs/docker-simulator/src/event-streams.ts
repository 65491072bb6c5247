import type { ServerResponse } from 'node:http'
import { eventFilter } from './event-filter.ts'
import type { Events } from './events.ts'
import { EngineError } from './engine-error.ts'
import { parseFilters } from './filters.ts'
import type { Outgoing } from './outgoing.ts'

interface Stream {
  readonly out: Outgoing
  readonly response: ServerResponse
  readonly mute: () => void
}

/** The open answers to `GET /events`. */
export class EventStreams {
  readonly #events: Events
  readonly #clock: () => number
  readonly #open = new Set<Stream>()

  constructor(events: Events, clock: () => number) {
    this.#events = events
    this.#clock = clock
  }

  get size(): number {
    return this.#open.size
  }

  /** Replays what `since` and `until` ask for, then stays open until `until`; for ever without one. */
  open(query: URLSearchParams, out: Outgoing, response: ServerResponse, headers: Record<string, string>): void {
    const since = eventTime(query.get('since'))
    const until = eventTime(query.get('until'))
    if (since !== undefined && until !== undefined && until < since) {
      throw new EngineError(
        400,
        `\`since\` time (${query.get('since') ?? ''}) cannot be after \`until\` time (${query.get('until') ?? ''})`,
      )
    }
    const includes = eventFilter(parseFilters(query.get('filters')))

    out.head(200, headers)
    if (since !== undefined || until !== undefined) {
      for (const event of this.#events.past(since ?? 0, until ?? Infinity)) if (includes(event)) out.write(event.line)
    }
    const left = (until ?? Infinity) - this.#clock()
    if (left <= 0) return out.end()

    const mute = this.#events.listen((event) => {
      if (includes(event)) out.write(event.line)
    })
    const stream = { out, response, mute }
    const timer = left < Infinity ? setTimeout(() => out.end(), left) : undefined
    this.#open.add(stream)
    response.once('close', () => {
      clearTimeout(timer)
      mute()
      this.#open.delete(stream)
    })
  }

  /** Breaks the connections of the open streams. */
  cut(): void {
    for (const { response } of this.#open) response.destroy()
  }

  /** The open streams stay open and deliver nothing more, as a half-open connection does. */
  mute(): void {
    for (const { mute } of this.#open) mute()
  }

  /** Ends the open streams properly. */
  end(): void {
    for (const { out } of this.#open) out.end()
  }
}

/** Docker's `1795398634` or `1795398634.123456789` in milliseconds since 1970. */
function eventTime(text: string | null): number | undefined {
  if (!text) return undefined
  if (!/^\d+(\.\d+)?$/.test(text)) throw new EngineError(500, `strconv.ParseInt: parsing "${text}": invalid syntax`)
  return Number(text) * 1000
}
