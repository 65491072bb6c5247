import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { showRenet } from '../../repository/renet.ts'

export const run = (name: string, command: readonly string[], given: OnMachine): Promise<number> =>
  onMachine(given, async (connection, machine, progress) => {
    progress.rest()
    try {
      return await showRenet(connection, machine, ['exec', name, '--', ...command], {
        ...(!process.stdin.isTTY && { input: process.stdin }),
      })
    } finally {
      process.stdin.destroy()
    }
  })
