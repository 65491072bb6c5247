import { print, STATUS } from '@route-server/terminal'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { askRenet, caller } from '../../repository/renet.ts'
import { findListed, withKeyForNew } from '../../repository/repositories.ts'

interface Given extends OnMachine {
  readonly pause: boolean
}

export const run = (name: string, fork: string, given: Given): Promise<number> =>
  onMachine(given, async (connection, machine, progress) => {
    const isEncrypted = (await findListed(connection, machine, name))?.volume === 'encrypted'
    const flags = ['--for', caller(), ...(given.pause ? [] : ['--no-pause'])]
    progress.step({ what: `Copying ${name} to ${fork} on ${machine.name}` })
    const copy = (key: string): Promise<string> => askRenet(connection, machine, ['fork', name, fork, ...flags], key)
    const said = isEncrypted ? await withKeyForNew(connection, machine, fork, copy) : await copy('')
    progress.rest()
    print(
      `${said.trim()}\nStart it with: rdc repo up ${fork} -m ${machine.name} --no-sync${isEncrypted ? ' --mount' : ''}`,
    )
    return STATUS.done
  })
