import { FILE } from '../../rediaccfile/find.ts'
import { endAfter, limitOf, renetIn, type FunctionFlags } from '../../repo/machine.ts'
import { only, rediaccfilesOf } from '../../repo/rediaccfiles.ts'
import { remark } from '../../terminal/print.ts'
import { RenetError } from '../../terminal/tell-error.ts'

export interface UpFlags extends FunctionFlags {
  readonly prepOnly?: boolean
  readonly waitRouted?: boolean
}

export const run = (name: string, flags: UpFlags): Promise<void> =>
  endAfter(name, 'up', flags, async (repository) => {
    await repository.disk.open(undefined)
    const { networkId, daemon } = repository
    const files = await rediaccfilesOf(repository)
    const { asSent, changed, foreign } = files
    if (changed.length > 0)
      throw new RenetError(
        `${changed.join(', ')}: changed on the machine since it was sent, maybe by a container, and nothing was run. Send it again: rdc repo up ${name} --overwrite in the folder that has it.`,
      )
    if (asSent.length === 0)
      throw new RenetError(
        `${name} has no ${FILE} on this machine that was sent to it. Call rdc repo up in the folder that has it, or say --dir FOLDER.`,
      )
    for (const file of foreign) remark(`${name}: ${file} isn't run: it wasn't sent, and came into being on the machine`)
    if (!(await daemon.isRunning())) remark(`${name}: starting its daemon (network ${networkId})`)
    await daemon.start()
    for (const step of flags.prepOnly === true ? ['prep'] : ['prep', 'up']) {
      const env = step === 'up' && flags.waitRouted === true ? { REDIACC_WAIT_ROUTED: '1' } : {}
      const status = await renetIn(repository, [step, ...only(files), ...limitOf(flags)], env)
      if (status !== 0) return status
    }
    return flags.prepOnly === true ? 0 : renetIn(repository, ['ps'])
  })
