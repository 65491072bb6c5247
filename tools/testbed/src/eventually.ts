import { setTimeout as sleep } from 'node:timers/promises'

/** How long to go on, and how often to look; both in milliseconds. */
export interface Patience {
  deadline?: number
  every?: number
}

/**
 * Calls `attempt` until it neither throws nor rejects, and resolves to what it gave.
 * @throws once `deadline` (20 s) has passed, with the last failure's message and as its cause.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { deadline = 20_000, every = 50 }: Patience = {},
): Promise<T> {
  const end = performance.now() + deadline
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() >= end) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new Error(`Still failing after ${deadline} ms: ${reason}`, { cause: error })
      }
    }
    await sleep(every)
  }
}
