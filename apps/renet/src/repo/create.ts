import { adopt, REPOSITORY_FILE } from '@route-server/repository'
import type { Repository } from '@route-server/store'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isTaken, own, store, type OwnRepository } from './machine.ts'

export interface NewVolume {
  readonly volume: Repository['volume']
  readonly key: string | undefined
  readonly bytes: number | undefined
}

/**
 * Makes a repository with what `fill` puts into it, or nothing at all; where its making was cut off before, it begins anew. It has to be the
 * turn of its name.
 */
export async function create(
  name: string,
  { volume, key, bytes }: NewVolume,
  fill: (made: OwnRepository) => Promise<void> = () => Promise.resolve(),
): Promise<OwnRepository> {
  const { add, finish, remove } = store()
  const made = own(await add(name, volume, isTaken))
  try {
    await made.disk.close()
    await made.disk.remove()
    await made.disk.create({ key, bytes })
    await made.daemon.prepare()
    await fill(made)
    await mkdir(made.files, { recursive: true })
    await adopt(join(made.files, REPOSITORY_FILE), { networkId: made.networkId })
    await finish(name)
    return made
  } catch (error) {
    await made.disk.close().catch(() => undefined)
    await made.disk.remove().catch(() => undefined)
    await remove(name)
    throw error
  }
}
