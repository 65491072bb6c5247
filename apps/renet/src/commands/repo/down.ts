import { existsSync } from 'node:fs'
import { findRediaccfiles } from '../../rediaccfile/find.ts'
import { endWithCaller, renetIn, withRepository, type WhoFlags } from '../../repo/machine.ts'
import { print, remark } from '../../terminal/print.ts'

export interface DownFlags extends WhoFlags {
  readonly timeout?: string
  readonly attached?: boolean
}

/** Whatever becomes of the Rediaccfile's own function, nothing of the repository runs afterwards. */
export async function run(name: string, flags: DownFlags): Promise<void> {
  const release = flags.attached === true ? endWithCaller() : () => undefined
  try {
    process.exitCode = await withRepository(name, 'down', flags, async (repository) => {
      const { files, daemon, disk } = repository
      let status = 0
      if (disk.isOpen() && existsSync(files) && findRediaccfiles(files).length > 0 && (await daemon.isRunning())) {
        status = await renetIn(repository, [
          'down',
          ...(flags.timeout === undefined ? [] : ['--timeout', flags.timeout]),
        ])
        if (status !== 0) remark(`${name}: its Rediaccfile's down has failed; what it left running is ended anyway`)
      }
      await daemon.stop()
      await disk.close()
      print(`${name} is down.`)
      return status
    })
  } finally {
    release()
  }
}
