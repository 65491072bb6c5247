import type { Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { PassThrough } from 'node:stream'
import { remark } from '../terminal/print.ts'
import { showRenet, type ShowOptions } from './renet.ts'

/** Between Ctrl-C and giving up on what the machine says of it; milliseconds. */
const PATIENCE = 15_000
/** Exit status of what Ctrl-C has ended. */
export const INTERRUPTED = 130

/**
 * Runs a command that lives as long as its standard input: on Ctrl-C, and when the connection is lost, it ends on the machine with everything
 * that it has started. Ctrl-C twice doesn't wait for that. The command has to have the flag `--attached`.
 */
export async function attached(
  connection: Connection,
  machine: Machine,
  args: readonly string[],
  { together = true }: Pick<ShowOptions, 'together'> = {},
): Promise<number> {
  const input = new PassThrough()
  const giveUp = new AbortController()
  const asked = new AbortController()
  let impatience: NodeJS.Timeout | undefined
  const onInterrupt = (): void => {
    if (asked.signal.aborted) giveUp.abort()
    else {
      asked.abort()
      remark(`Ending it on ${machine.name}; once more doesn't wait for that.`)
      input.end()
      impatience = setTimeout(() => giveUp.abort(), PATIENCE)
    }
  }
  process.on('SIGINT', onInterrupt)
  try {
    const status = await showRenet(connection, machine, args, { input, signal: giveUp.signal, together })
    return asked.signal.aborted ? INTERRUPTED : status
  } catch (error) {
    if (giveUp.signal.aborted) return INTERRUPTED
    throw error
  } finally {
    clearTimeout(impatience)
    process.off('SIGINT', onInterrupt)
    input.destroy()
  }
}
