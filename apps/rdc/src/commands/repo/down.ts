import { attached } from '../../repository/attached.ts'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { caller } from '../../repository/renet.ts'

interface Given extends OnMachine {
  readonly timeout?: string
}

export const run = (name: string, given: Given): Promise<number> =>
  onMachine(given, (connection, machine, progress) => {
    progress.rest()
    const limit = given.timeout === undefined ? [] : ['--timeout', given.timeout]
    return attached(connection, machine, ['down', name, '--attached', '--for', caller(), ...limit])
  })
