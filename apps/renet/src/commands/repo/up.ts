import { FILE } from '../../rediaccfile/find.ts'
import { endAfter, limitOf, renetIn, type FunctionFlags, type OwnRepository } from '../../repo/machine.ts'
import { only, rediaccfilesOf, type Rediaccfiles } from '../../repo/rediaccfiles.ts'
import { remark } from '../../terminal/print.ts'
import { RenetError } from '../../renet-error.ts'

export interface UpFlags extends FunctionFlags {
  readonly prepOnly?: boolean
  readonly waitRouted?: boolean
}

export const run = (name: string, flags: UpFlags): Promise<void> =>
  endAfter(name, 'up', flags, async (repository) => {
    await repository.disk.open(undefined)
    const { networkId, daemon } = repository
    // Of a fork that was killed, whatever becomes of this.
    const isRunning = await daemon.isRunning()
    if (isRunning) await daemon.resume()
    const { asSent, foreign } = await expectAsSent(repository)
    if (asSent.length === 0)
      throw new RenetError(
        `${name} has no ${FILE} on this machine that was sent to it. Call rdc repo up in the folder that has it, or say --dir FOLDER.`,
      )
    for (const file of foreign) remark(`${name}: ${file} isn't run: it wasn't sent, and came into being on the machine`)
    if (!isRunning) remark(`${name}: starting its daemon (network ${networkId})`)
    await daemon.start()
    // A container may write while the step before runs.
    for (const step of flags.prepOnly === true ? ['prep'] : ['prep', 'up']) {
      const env = step === 'up' && flags.waitRouted === true ? { REDIACC_WAIT_ROUTED: '1' } : {}
      const files = only(await expectAsSent(repository))
      const status = await renetIn(repository, [step, ...files, ...limitOf(flags)], env)
      if (status !== 0) return status
    }
    return flags.prepOnly === true ? 0 : renetIn(repository, ['ps'])
  })

async function expectAsSent(repository: OwnRepository): Promise<Rediaccfiles> {
  const files = await rediaccfilesOf(repository)
  if (files.changed.length > 0)
    throw new RenetError(
      `${files.changed.join(', ')}: changed on the machine since it was sent, maybe by a container, and is not run. Send it again: rdc repo up ${repository.name} --overwrite in the folder that has it.`,
    )
  return files
}
