import { REST } from './timing.ts'

/** Work that is done again and again, by whoever asks for it. */
export interface Paced {
  /** Has it done: at once after a quiet while, otherwise together with what is asked for meanwhile. */
  ask(): void
  close(): void
}

/** Paces work that can't be interrupted: after each time it rests as it deserves. */
export function paced(work: () => void): Paced {
  let earliest = -Infinity
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const go = (): void => {
    timer = undefined
    const began = performance.now()
    work()
    const now = performance.now()
    earliest = now + REST * (now - began)
  }
  return {
    ask() {
      if (timer || closed) return
      const wait = earliest - performance.now()
      if (wait > 0) timer = setTimeout(go, wait)
      else go()
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
