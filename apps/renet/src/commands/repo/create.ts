import { create } from '../../repo/create.ts'
import { readInput } from '../../repo/input.ts'
import { store } from '../../repo/machine.ts'
import { print, printJson } from '../../terminal/print.ts'

export interface CreateFlags {
  readonly encrypted?: boolean
  readonly size?: number
  readonly ifMissing?: boolean
  readonly json?: boolean
}

export async function run(name: string, { encrypted, size, ifMissing, json }: CreateFlags): Promise<void> {
  const there = ifMissing === true ? (await store().list()).find((one) => one.name === name) : undefined
  const key = encrypted === true && there === undefined ? await readInput() : undefined
  const made = there ?? (await create(name, { volume: encrypted === true ? 'encrypted' : 'folder', key, bytes: size }))
  const { networkId, volume, folder } = made
  if (json) printJson({ name, networkId, volume, folder, isNew: there === undefined })
  else print(`${name} has network ${networkId} and lies in ${folder}.`)
}
