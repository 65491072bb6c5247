import type { EngineEvent } from './events.ts'
import { type Filters, matchesLabels } from './filters.ts'

type Matches = (event: EngineEvent, wanted: readonly string[]) => boolean

const FILTERS: Readonly<Record<string, Matches>> = {
  type: (event, wanted) => wanted.includes(event.type),
  event: (event, wanted) =>
    wanted.some((name) => FUZZY.has(name)) ? startsWithAny(event.action, wanted) : wanted.includes(event.action),
  container: (event, wanted) =>
    startsWithAny(event.id, wanted) || startsWithAny(event.attributes['name'] ?? '', wanted),
  label: (event, wanted) => matchesLabels(wanted, event.attributes),
}

/** With one of these in the filter Docker compares all of its values by prefix, so that it matches `health_status: healthy`. */
const FUZZY = new Set(['health_status', 'exec_create', 'exec_start'])

/** Whether an event stream carries the event. Docker ignores filters it doesn't know. */
export function eventFilter(filters: Filters): (event: EngineEvent) => boolean {
  const active = Object.entries(FILTERS).flatMap(([name, matches]) => {
    const wanted = filters.get(name) ?? []
    return wanted.length > 0 ? [(event: EngineEvent) => matches(event, wanted)] : []
  })
  return (event) => active.every((matches) => matches(event))
}

const startsWithAny = (text: string, prefixes: readonly string[]) => prefixes.some((prefix) => text.startsWith(prefix))
