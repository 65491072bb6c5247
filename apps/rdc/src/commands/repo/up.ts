import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from '@route-server/terminal'
import { attached } from '../../repository/attached.ts'
import { onMachine, type OnMachine } from '../../repository/on-machine.ts'
import { askRenet, caller } from '../../repository/renet.ts'
import { sync } from '../../repository/sync.ts'
import { mount } from '../../repository/mount.ts'
import { remark } from '../../terminal/print.ts'

interface Given extends OnMachine {
  readonly mount?: boolean
  readonly prepOnly?: boolean
  readonly waitRouted?: boolean
  readonly timeout?: string
  readonly dir?: string
  readonly sync: boolean
  readonly overwrite?: boolean
}

const FILE = 'Rediaccfile'

export async function run(name: string, given: Given): Promise<number> {
  const folder = resolve(given.dir ?? '.')
  const isHere = existsSync(join(folder, FILE))
  if (given.dir !== undefined && !isHere) throw new UsageError(`--dir ${given.dir}: there is no ${FILE} in it`)
  return onMachine(given, async (connection, machine, progress) => {
    const isSyncing = isHere && given.sync
    if (isSyncing) {
      const made = await askRenet(connection, machine, ['create', name, '--if-missing', '--json', '--for', caller()])
      const { isNew, networkId } = JSON.parse(made) as { readonly isNew: boolean; readonly networkId: number }
      if (isNew) progress.step({ what: `Making ${name} on ${machine.name}`, detail: `network ${networkId}` })
    }
    if (given.mount === true) await mount(connection, machine, name)
    if (isSyncing) {
      const what = `Sending ${folder} to ${name} on ${machine.name}`
      progress.step({ what })
      const done = await sync(connection, machine, { folder, name, overwrite: given.overwrite === true })
      progress.rest()
      remark(`Sent ${folder}: ${done}.`)
    }
    progress.rest()
    return attached(connection, machine, [
      'up',
      name,
      '--attached',
      '--for',
      caller(),
      ...(given.prepOnly === true ? ['--prep-only'] : []),
      ...(given.waitRouted === true ? ['--wait-routed'] : []),
      ...(given.timeout === undefined ? [] : ['--timeout', given.timeout]),
    ])
  })
}
