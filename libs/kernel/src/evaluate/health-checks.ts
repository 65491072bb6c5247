import type { Diagnostic } from '@route-server/plugin-api'
import { shortIntervals, withoutShortIntervals } from '@route-server/traefik'
import type { Value } from '../document/entry.ts'
import type { Policy } from '../policy.ts'
import { healthCheckPaced } from './messages.ts'
import type { Place } from './place.ts'

interface Pacing {
  readonly policy: Policy
  readonly report: (diagnostic: Diagnostic) => void
}

/** The entry with health checks a second apart at least: every nanosecond would take all of Traefik's time, and fill its log. */
export function withPacedHealthChecks(place: Place, value: Value, { policy, report }: Pacing): Value {
  if (!place.section.endsWith('.services')) return value
  const isStopped = policy.guards.has('shares')
  for (const path of shortIntervals(value)) report(healthCheckPaced(place, path, isStopped))
  return isStopped ? withoutShortIntervals(value) : value
}
