import { existsSync } from 'node:fs'
import { findRediaccfiles, FILE } from '../../rediaccfile/find.ts'
import { endAfter, limitOf, renetIn, type FunctionFlags } from '../../repo/machine.ts'
import { remark } from '../../terminal/print.ts'
import { RenetError } from '../../terminal/tell-error.ts'

export interface UpFlags extends FunctionFlags {
  readonly prepOnly?: boolean
  readonly waitRouted?: boolean
}

export const run = (name: string, flags: UpFlags): Promise<void> =>
  endAfter(name, 'up', flags, async (repository) => {
    await repository.disk.open(undefined)
    const { files, networkId, daemon } = repository
    if (!existsSync(files) || findRediaccfiles(files).length === 0)
      throw new RenetError(
        `${name} has no ${FILE} on this machine yet. Call rdc repo up in the folder that has it, or say --dir FOLDER.`,
      )
    if (!(await daemon.isRunning())) remark(`${name}: starting its daemon (network ${networkId})`)
    await daemon.start()
    for (const step of flags.prepOnly === true ? ['prep'] : ['prep', 'up']) {
      const env = step === 'up' && flags.waitRouted === true ? { REDIACC_WAIT_ROUTED: '1' } : {}
      const status = await renetIn(repository, [step, ...limitOf(flags)], env)
      if (status !== 0) return status
    }
    return flags.prepOnly === true ? 0 : renetIn(repository, ['ps'])
  })
