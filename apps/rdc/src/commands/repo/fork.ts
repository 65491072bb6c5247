import { machines } from '../../machines.ts'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { askRenet, caller } from '../../repository/renet.ts'
import { makeVolumeKey, readVolumeKey, volumeKeyFile } from '../../repository/volume-key.ts'
import { print } from '../../terminal/print.ts'
import { STATUS } from '../../terminal/tell-error.ts'

interface Given extends OnMachine {
  readonly pause: boolean
}

export const run = (name: string, fork: string, given: Given): Promise<number> =>
  onMachine(given, async (connection, machine, progress) => {
    const keyOf = (repository: string): string => volumeKeyFile(machines().folder, machine.name, repository)
    const isEncrypted = (await readVolumeKey(keyOf(name))) !== undefined
    const flags = ['--for', caller(), ...(given.pause ? [] : ['--no-pause'])]
    progress.step({ what: `Copying ${name} to ${fork} on ${machine.name}` })
    const key = isEncrypted ? await makeVolumeKey(keyOf(fork)) : ''
    const said = await askRenet(connection, machine, ['fork', name, fork, ...flags], key)
    progress.rest()
    print(
      `${said.trim()}\nStart it with: rdc repo up ${fork} -m ${machine.name} --no-sync${isEncrypted ? ' --mount' : ''}`,
    )
    return STATUS.done
  })
