import type { Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { machines } from '../machines.ts'
import { askRenet } from './renet.ts'
import { volumeKeyFile, withNewVolumeKey } from './volume-key.ts'

/** What `renet repo list --json` says of each. */
export interface Listed {
  readonly name: string
  readonly volume: 'folder' | 'encrypted'
  readonly isOpen: boolean
  /** `unfinished`: it is being made, or its making was cut off. */
  readonly state: string
}

/** The repository of this name, where the machine has one. */
export async function findListed(connection: Connection, machine: Machine, name: string): Promise<Listed | undefined> {
  const all = JSON.parse(await askRenet(connection, machine, ['list', '--json'])) as readonly Listed[]
  return all.find((one) => one.name === name)
}

/**
 * Does the work, which makes an encrypted repository there, with a key for it.
 *
 * @throws where there is one of that name: it has another key
 */
export async function withKeyForNew<T>(
  connection: Connection,
  machine: Machine,
  name: string,
  work: (key: string) => Promise<T>,
): Promise<T> {
  const find = () => findListed(connection, machine, name)
  const there = await find()
  if (there && there.state !== 'unfinished') throw new Error(`there is a repository ${name} on ${machine.name} already`)
  const file = volumeKeyFile(machines().folder, machine.name, name)
  return withNewVolumeKey(file, work, async () => (await find()) !== undefined)
}
