import { forgetSecret } from '@route-server/machine'
import { print, STATUS } from '@route-server/terminal'
import { machines } from '../../machines.ts'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { askRenet, caller } from '../../repository/renet.ts'
import { volumeKeyFile } from '../../repository/volume-key.ts'
import { confirmed } from '../../terminal/confirm.ts'
import { remark } from '../../terminal/print.ts'

interface Given extends OnMachine {
  readonly yes?: boolean
}

export async function run(name: string, given: Given): Promise<number> {
  const question = `Remove ${name} from ${given.machine}, with its files and its data?`
  if (!(await confirmed(question, { yes: given.yes }))) {
    remark('Nothing was done.')
    return STATUS.failed
  }
  return onMachine(given, async (connection, machine, progress) => {
    const said = await askRenet(connection, machine, ['remove', name, '--for', caller()])
    await forgetSecret(volumeKeyFile(machines().folder, machine.name, name))
    progress.rest()
    print(said.trim())
    return STATUS.done
  })
}
