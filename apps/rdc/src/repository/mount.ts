import type { Machine } from '@route-server/machine'
import type { Connection } from '@route-server/ssh'
import { machines } from '../machines.ts'
import { askRenet, caller } from './renet.ts'
import { findListed } from './repositories.ts'
import { readVolumeKey, volumeKeyFile } from './volume-key.ts'

/** Opens a repository's volume, where it is encrypted and closed. @throws where its key isn't here */
export async function mount(connection: Connection, machine: Machine, name: string): Promise<void> {
  const file = volumeKeyFile(machines().folder, machine.name, name)
  const key = await readVolumeKey(file)
  if (key !== undefined) await askRenet(connection, machine, ['mount', name, '--for', caller()], key)
  else {
    const listed = await findListed(connection, machine, name)
    if (listed?.volume === 'encrypted' && !listed.isOpen)
      throw new Error(`${name} is encrypted, and its key isn't here: there is no ${file}. Put a copy of it there.`)
  }
}
