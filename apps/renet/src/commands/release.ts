import { findRepositoryFile, releaseSlot, REPOSITORY_FILE } from '@route-server/repository'
import { join, resolve } from 'node:path'
import { print } from '@route-server/terminal'

export async function run(services: readonly string[], { dir = '.' }: { readonly dir?: string }): Promise<void> {
  const file = findRepositoryFile(dir) ?? join(resolve(dir), REPOSITORY_FILE)
  for (const service of services) {
    await releaseSlot(file, service)
    print(`${service} has no slot any more; the next new service gets it.`)
  }
}
