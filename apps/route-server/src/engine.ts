import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * How V8 spends what the machine has, where its defaults are for programs with more cores and shorter lives. A start with thousands of
 * containers is over before large functions with much inlined into them pay for their compilation, which takes the second core
 * meanwhile. A third of the inlining costs a later change nothing that can be measured.
 */
const FROM_THE_START = ['--max-inlined-bytecode-size-cumulative=300']

/** Once the start is over, the heap may grow by half until it is collected. By default it grows threefold, and stays as large. */
const FROM_THEN_ON = ['--heap-growing-percent=50']

const WHILE_COLLECTING = ['expose-gc', 'compact-on-every-full-gc']

/** How often it is looked whether the start is over, and how long after it the memory is given back. Milliseconds. */
const LOOK = 250
const AFTER_START = 1_000

function set(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag)
}

function collect(): void {
  set(WHILE_COLLECTING.map((flag) => `--${flag}`))
  // Nothing where V8 doesn't lend it.
  const gc = runInNewContext('globalThis.gc') as (() => void) | undefined
  gc?.()
  set(WHILE_COLLECTING.map((flag) => `--no-${flag}`))
}

/** For a process that stays. */
export function tuneEngine(): void {
  set(FROM_THE_START)
}

/**
 * Once the start is over, gives the machine back what it needed and nothing needs any more, a fifth of what the process has, which V8
 * would keep. With 10,000 containers that takes a quarter of a second, in which everybody waits.
 *
 * @returns has it not happen any more
 */
export function giveBackMemory(isStarted: () => boolean): () => void {
  let timer = setInterval(() => {
    if (!isStarted()) return
    clearInterval(timer)
    timer = setTimeout(() => {
      collect()
      set(FROM_THEN_ON)
    }, AFTER_START)
  }, LOOK)
  return () => clearTimeout(timer)
}
