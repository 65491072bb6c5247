import type { Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { askRenet } from './renet.ts'

/** What `renet repo list --json` says of each. */
export interface Listed {
  readonly name: string
  readonly volume: 'folder' | 'encrypted'
  readonly isOpen: boolean
}

/** The repository of this name, where the machine has one. */
export async function findListed(connection: Connection, machine: Machine, name: string): Promise<Listed | undefined> {
  const all = JSON.parse(await askRenet(connection, machine, ['list', '--json'])) as readonly Listed[]
  return all.find((one) => one.name === name)
}
