import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { showRenet } from '../../repository/renet.ts'
import { STATUS, UsageError } from '../../terminal/tell-error.ts'

interface Given extends OnMachine {
  readonly follow?: boolean
  readonly lines: string
}

export function run(name: string, services: readonly string[], given: Given): Promise<number> {
  if (!/^\d{1,6}$/.test(given.lines)) throw new UsageError(`--lines: expected a number, got "${given.lines}"`)
  return onMachine(given, async (connection, machine, progress) => {
    progress.rest()
    // Ctrl-C is how one stops following, and no failure.
    const stop = new AbortController()
    const onInterrupt = (): void => stop.abort()
    process.once('SIGINT', onInterrupt)
    process.stdout.once('error', onInterrupt)
    const flags = ['--lines', given.lines, ...(given.follow === true ? ['--follow'] : [])]
    try {
      return await showRenet(connection, machine, ['logs', name, ...flags, ...services], {
        signal: stop.signal,
        together: true,
      })
    } catch (error) {
      if (stop.signal.aborted) return STATUS.done
      throw error
    } finally {
      process.off('SIGINT', onInterrupt)
    }
  })
}
