import { existsSync } from 'node:fs'
import { findRediaccfiles } from '../../rediaccfile/find.ts'
import { endAfter, limitOf, renetIn, type FunctionFlags } from '../../repo/machine.ts'
import { print, remark } from '../../terminal/print.ts'

/** Whatever becomes of the Rediaccfile's own function, nothing of the repository runs afterwards. */
export const run = (name: string, flags: FunctionFlags): Promise<void> =>
  endAfter(name, 'down', flags, async (repository) => {
    const { files, daemon, disk } = repository
    let status = 0
    if (disk.isOpen() && existsSync(files) && findRediaccfiles(files).length > 0 && (await daemon.isRunning())) {
      status = await renetIn(repository, ['down', ...limitOf(flags)])
      if (status !== 0) remark(`${name}: its Rediaccfile's down has failed; what it left running is ended anyway`)
    }
    await daemon.stop()
    await disk.close()
    print(`${name} is down.`)
    return status
  })
