import type { Container, ContainerState } from '@route-server/plugin-api'
import type { DockerEvent } from './events.ts'

/** Whether a container that isn't listed any more, or is in this state, is what the event announced. */
type Test = (state: ContainerState | undefined) => boolean

const TESTS: Readonly<Record<string, Test>> = {
  start: (state) => state === 'running',
  unpause: (state) => state === 'running',
  pause: (state) => state === 'paused',
  die: (state) => state !== 'running' && state !== 'paused',
}

const FIRST_WAIT_MS = 50
/** From then on the list is believed whatever was announced: the container may have changed without an event. */
const LONGEST_MS = 10_000

/**
 * What events announced and the list doesn't show yet. Docker sends `die`, `pause` and `unpause` before its own list has them,
 * by 10 ms to more than 100, so a look that comes at once sees the old state; after `die` there may be no other event to look.
 */
export class Announced {
  readonly #tests = new Map<string, { readonly test: Test; readonly heardAt: number }>()

  hear({ id, action }: DockerEvent, now: number): void {
    const test = TESTS[action]
    if (test) this.#tests.set(id, { test, heardAt: now })
  }

  /** Those that a list of `asked` (of everything, if left out) doesn't show yet, each with how long to wait for it; ms. */
  missingIn(listed: readonly Container[], asked: Iterable<string> | undefined, now: number): Map<string, number> {
    const missing = new Map<string, number>()
    if (this.#tests.size === 0) return missing
    const states = new Map(listed.map(({ id, state }) => [id, state]))
    for (const id of asked ?? [...this.#tests.keys()]) {
      const announced = this.#tests.get(id)
      if (!announced) continue
      const age = now - announced.heardAt
      if (announced.test(states.get(id)) || age > LONGEST_MS) this.#tests.delete(id)
      else missing.set(id, Math.max(FIRST_WAIT_MS, age))
    }
    return missing
  }
}
