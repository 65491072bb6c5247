import type { Repository } from '@route-server/store'
import { print, printJson } from '@route-server/terminal'
import { create } from '../../repo/create.ts'
import { readInput } from '../../repo/input.ts'
import { findWhole, whenItsTurn, type WhoFlags } from '../../repo/machine.ts'

export interface CreateFlags extends WhoFlags {
  readonly encrypted?: boolean
  readonly size?: number
  readonly ifMissing?: boolean
  readonly json?: boolean
}

export async function run(name: string, flags: CreateFlags): Promise<void> {
  const { encrypted = false, size, ifMissing = false, json } = flags
  const key = encrypted ? await readInput() : undefined
  const make = async (): Promise<{ readonly made: Repository; readonly isNew: boolean }> => {
    const there = ifMissing ? await findWhole(name) : undefined
    if (there) return { made: there, isNew: false }
    return { made: await create(name, { volume: encrypted ? 'encrypted' : 'folder', key, bytes: size }), isNew: true }
  }
  const there = await findWhole(name)
  // Who works on it needn't be waited for.
  const { made, isNew } = there ? await make() : await whenItsTurn(name, 'create', flags, make)
  const { networkId, volume, folder } = made
  if (json) printJson({ name, networkId, volume, folder, isNew })
  else print(`${name} has network ${networkId} and lies in ${folder}.`)
}
