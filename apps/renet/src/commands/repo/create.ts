import { create } from '../../repo/create.ts'
import { readInput } from '../../repo/input.ts'
import { store, whenItsTurn, type WhoFlags } from '../../repo/machine.ts'
import { print, printJson } from '../../terminal/print.ts'

export interface CreateFlags extends WhoFlags {
  readonly encrypted?: boolean
  readonly size?: number
  readonly ifMissing?: boolean
  readonly json?: boolean
}

export async function run(name: string, flags: CreateFlags): Promise<void> {
  const { encrypted = false, size, ifMissing = false, json } = flags
  const key = encrypted ? await readInput() : undefined
  const { made, isNew } = await whenItsTurn(name, 'create', flags, async () => {
    const there = (await store().list()).find((one) => one.name === name && one.isWhole)
    if (ifMissing && there) return { made: there, isNew: false }
    return {
      made: await create(name, { volume: encrypted ? 'encrypted' : 'folder', key, bytes: size }),
      isNew: true,
    }
  })
  const { networkId, volume, folder } = made
  if (json) printJson({ name, networkId, volume, folder, isNew })
  else print(`${name} has network ${networkId} and lies in ${folder}.`)
}
