import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { showRenet } from '../../repository/renet.ts'

interface Given extends OnMachine {
  readonly json?: boolean
}

export const run = (given: Given): Promise<number> =>
  onMachine(given, (connection, machine, progress) => {
    progress.rest()
    return showRenet(connection, machine, ['list', ...(given.json === true ? ['--json'] : [])])
  })
