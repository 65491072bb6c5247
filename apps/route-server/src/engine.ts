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

/** From the first document on: Traefik has it by then, and nobody deploys yet. Milliseconds. */
const AFTER_START = 1_000

function set(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag)
}

function collect(): void {
  set(WHILE_COLLECTING.map((flag) => `--${flag}`))
  const gc = runInNewContext('gc') as () => void
  gc()
  set(WHILE_COLLECTING.map((flag) => `--no-${flag}`))
}

/** For a process that stays. */
export function tuneEngine(): void {
  set(FROM_THE_START)
}

/**
 * The start is over: gives the machine back what it needed and nothing needs any more, a fifth of what the process has, which V8 would
 * keep. With 10,000 containers that takes a quarter of a second. Not after the returned function was called.
 */
export function giveBackMemory(): () => void {
  const timer = setTimeout(() => {
    collect()
    set(FROM_THEN_ON)
  }, AFTER_START)
  return () => clearTimeout(timer)
}
