import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { Failure } from './failure.ts'
import { REST } from './timing.ts'

/** What an event says: that something happened to a container. What the container is like now, only a list says. */
export interface DockerEvent {
  /** The container's ID. */
  readonly id: string
  /** `start`, `health_status: healthy` … */
  readonly action: string
  /** When; nanoseconds since 1970, rounded to what a number holds. */
  readonly timeNano: number
}

/** Filters on the daemon's side: above all they keep out the three `exec_*` events of every health check. */
export const EVENT_FILTERS = {
  type: ['container'],
  event: ['create', 'start', 'die', 'stop', 'kill', 'pause', 'unpause', 'rename', 'destroy', 'health_status', 'update'],
}

/**
 * Events beside others that say it better: `create` comes before `start`, `kill` before `die`, `stop` after it.
 * Alone they change nothing that is routed, so they can wait for company.
 */
const MINOR = new Set(['create', 'kill', 'stop'])

export function isMinor(event: DockerEvent): boolean {
  return MINOR.has(event.action)
}

/** More than this without a line break is no event. */
const LONGEST_LINE = 2 ** 20

/** A chunk that takes longer is part of a flood, and is followed by a rest. */
const LONGEST_CHUNK_MS = 2

/** Reads a stream of JSON lines until it ends, and hands over each event. Rejects when it breaks, or at a line that isn't an event. */
export async function readEvents(stream: Readable, receive: (event: DockerEvent) => void): Promise<void> {
  let tail = ''
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    if (!chunk.includes('\n')) {
      tail += chunk
      if (tail.length > LONGEST_LINE) throw new Failure('other', 'Its event stream sends a line without end.')
      continue
    }
    const began = performance.now()
    tail = takeLines(tail + chunk, receive)
    const spent = performance.now() - began
    if (spent > LONGEST_CHUNK_MS) await wait(REST * spent)
  }
  checkEnd(tail)
}

/** The events of some JSON lines. Throws where a line isn't an event. */
export function eventsIn(text: string): readonly DockerEvent[] {
  const events: DockerEvent[] = []
  checkEnd(takeLines(text, (event) => events.push(event)))
  return events
}

/** Hands over the event of each line, and returns what is left. */
function takeLines(text: string, receive: (event: DockerEvent) => void): string {
  const lines = text.split('\n')
  const tail = lines.pop() ?? ''
  for (const line of lines) if (line.trim() !== '') receive(parseEvent(line))
  return tail
}

function checkEnd(tail: string): void {
  if (tail.trim() !== '') throw new Failure('other', 'Its event stream ended in the middle of a line.')
}

function parseEvent(line: string): DockerEvent {
  try {
    const { Actor, id, Action, status, timeNano } = JSON.parse(line) as Record<string, unknown>
    const actor = (Actor as { ID?: unknown } | null | undefined)?.ID ?? id
    const action = Action ?? status
    if (typeof actor === 'string' && /^\w+$/.test(actor) && typeof action === 'string') {
      return { id: actor, action, timeNano: Number(timeNano) }
    }
  } catch {
    // Said below, as for a line that is JSON and no event.
  }
  throw new Failure('other', "Its event stream sent a line that isn't an event.")
}
