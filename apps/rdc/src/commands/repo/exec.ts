import { attached, INTERRUPTED } from '../../repository/attached.ts'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { showRenet } from '../../repository/renet.ts'
import { untilInterrupted } from '../../terminal/follow.ts'

export const run = (name: string, command: readonly string[], given: OnMachine): Promise<number> =>
  onMachine(given, async (connection, machine, progress) => {
    progress.rest()
    // Standard input tells the command either what to work on, or how long to live.
    if (process.stdin.isTTY)
      return attached(connection, machine, ['exec', name, '--attached', '--', ...command], { together: false })
    try {
      return await untilInterrupted<number>(INTERRUPTED, (signal) =>
        showRenet(connection, machine, ['exec', name, '--', ...command], { input: process.stdin, signal }),
      )
    } finally {
      process.stdin.destroy()
    }
  })
