import { print } from '@route-server/terminal'
import { find, renetIn } from '../../repo/machine.ts'

/** Exit status 1 where it is down, so that a script may ask. */
export async function run(name: string, { json }: { readonly json?: boolean }): Promise<void> {
  const repository = await find(name)
  const isRunning = await repository.daemon.isRunning()
  if (!isRunning) {
    if (json) print('[]')
    else print(`${name} (network ${repository.networkId}) is down.`)
    process.exitCode = 1
    return
  }
  if (!json) print(`${name} (network ${repository.networkId}) is up: ${repository.folder}\n`)
  process.exitCode = await renetIn(repository, ['ps', '--all', ...(json ? ['--json'] : [])])
}
