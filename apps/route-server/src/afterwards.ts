/** What people are told of a change, a moment after it: Traefik may be waiting, and lines take as long to make as the change itself. */
export interface Afterwards {
  add(tell: () => void): void
  /** Tells what is left, without waiting. */
  flush(): void
  /** Tells nothing of what is left. */
  drop(): void
}

/** From the first of them until they are told, all together; a poll that was held is on its way by then. Milliseconds. */
const MOMENT = 30

/** `failed` gets what one of them throws; the others are told. */
export function createAfterwards(failed: (cause: unknown) => void): Afterwards {
  let left: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined

  function drop(): void {
    clearTimeout(timer)
    timer = undefined
    left = []
  }

  function flush(): void {
    const told = left
    drop()
    for (const tell of told) {
      try {
        tell()
      } catch (cause) {
        failed(cause)
      }
    }
  }

  return {
    add(tell) {
      left.push(tell)
      timer ??= setTimeout(flush, MOMENT)
    },
    flush,
    drop,
  }
}
