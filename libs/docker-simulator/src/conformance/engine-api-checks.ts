import { DAEMON_CHECKS } from './daemon-checks.ts'
import type { EngineCheck } from './engine-under-test.ts'
import { EVENT_CHECKS } from './event-checks.ts'
import { INSPECT_CHECKS } from './inspect-checks.ts'
import { LIFE_CHECKS } from './life-checks.ts'
import { LIST_CHECKS } from './list-checks.ts'

/**
 * The same checks for the simulator and for a real dockerd: what this library promises to have in common with it. Each takes a daemon without
 * containers, leaves it so, and throws where a promise is broken.
 */
export const ENGINE_API_CHECKS: readonly EngineCheck[] = [
  ...DAEMON_CHECKS,
  ...LIST_CHECKS,
  ...INSPECT_CHECKS,
  ...LIFE_CHECKS,
  ...EVENT_CHECKS,
]
