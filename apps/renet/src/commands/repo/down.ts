import { print } from '@route-server/terminal'
import { endAfter, limitOf, renetIn, type FunctionFlags, type OwnRepository } from '../../repo/machine.ts'
import { only, rediaccfilesOf } from '../../repo/rediaccfiles.ts'
import { remark } from '../../terminal/print.ts'

/** Whatever becomes of the Rediaccfile's own function, nothing of the repository runs afterwards. */
export const run = (name: string, flags: FunctionFlags): Promise<void> =>
  endAfter(name, 'down', flags, async (repository) => {
    const { daemon, disk } = repository
    const status = disk.isOpen() && (await daemon.isRunning()) ? await runDown(repository, flags) : 0
    await daemon.stop()
    await disk.close()
    print(`${name} is down.`)
    return status
  })

async function runDown(repository: OwnRepository, flags: FunctionFlags): Promise<number> {
  const { name } = repository
  try {
    const files = await rediaccfilesOf(repository)
    for (const file of [...files.changed, ...files.foreign])
      remark(`${name}: ${file} isn't run: it isn't what was sent; what it may have started is ended anyway`)
    if (files.asSent.length === 0) return 0
    const status = await renetIn(repository, ['down', ...only(files), ...limitOf(flags)])
    if (status !== 0) remark(`${name}: its Rediaccfile's down has failed; what it left running is ended anyway`)
    return status
  } catch (error) {
    remark(`${name}: its Rediaccfile isn't run, and what runs is ended anyway: ${(error as Error).message}`)
    return 1
  }
}
