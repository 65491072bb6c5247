import { print, STATUS } from '@route-server/terminal'
import { machines } from '../../machines.ts'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { askRenet, caller } from '../../repository/renet.ts'
import { withKeyForNew } from '../../repository/repositories.ts'
import { volumeKeyFile } from '../../repository/volume-key.ts'

interface Given extends OnMachine {
  readonly encrypted?: boolean
  readonly size?: string
  readonly json?: boolean
}

export const run = (name: string, given: Given): Promise<number> =>
  onMachine(given, async (connection, machine, progress) => {
    const { encrypted = false, size, json = false } = given
    const file = volumeKeyFile(machines().folder, machine.name, name)
    const flags = ['--for', caller(), ...(size === undefined ? [] : ['--size', size]), ...(json ? ['--json'] : [])]
    const said = encrypted
      ? await withKeyForNew(connection, machine, name, (key) =>
          askRenet(connection, machine, ['create', name, '--encrypted', ...flags], key),
        )
      : await askRenet(connection, machine, ['create', name, ...flags])
    progress.rest()
    print(said.trim())
    if (encrypted && !json) print(`Its key is kept in ${file}. Whoever loses it loses the data; keep a copy.`)
    return STATUS.done
  })
