import { Transform, type Writable } from 'node:stream'
import { UsageError } from '@route-server/terminal'

/** Standard output, as something that a stream may be sent to without ending it. */
export function passedOn(): Writable {
  const output = new Transform({ transform: (chunk: Buffer, _, done) => done(null, chunk) })
  output.pipe(process.stdout, { end: false })
  return output
}

/**
 * Does what goes on until somebody has seen enough: Ctrl-C, and a reader who is gone (`… -f | head`), end it, and are no failure. It then
 * resolves to `ended`.
 */
export async function untilInterrupted<T>(ended: T, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const onInterrupt = (): void => stop.abort()
  process.once('SIGINT', onInterrupt)
  process.stdout.once('error', onInterrupt)
  try {
    return await work(stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return ended
    throw error
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

/** @throws {UsageError} where `--lines` isn't a number of lines */
export function expectLines(lines: string): void {
  if (!/^\d{1,6}$/.test(lines)) throw new UsageError(`--lines: expected a number, got "${lines}"`)
}
