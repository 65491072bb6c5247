import { PassThrough } from 'node:stream'
import { STATUS } from '@route-server/terminal'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { showRenet } from '../../repository/renet.ts'
import { expectLines, untilInterrupted } from '../../terminal/follow.ts'

interface Given extends OnMachine {
  readonly follow?: boolean
  readonly lines: string
}

export function run(name: string, services: readonly string[], given: Given): Promise<number> {
  expectLines(given.lines)
  return onMachine(given, (connection, machine, progress) => {
    progress.rest()
    const flags = ['--lines', given.lines, ...(given.follow === true ? ['--follow'] : [])]
    return untilInterrupted<number>(STATUS.done, (signal) =>
      // While its input is there, it goes on.
      showRenet(connection, machine, ['logs', name, '--attached', ...flags, ...services], {
        input: new PassThrough(),
        signal,
        together: true,
      }),
    )
  })
}
