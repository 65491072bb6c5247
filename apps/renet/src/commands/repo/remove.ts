import { store, withRepository, type WhoFlags } from '../../repo/machine.ts'
import { print } from '../../terminal/print.ts'
import { RenetError } from '../../terminal/tell-error.ts'

export const run = (name: string, flags: WhoFlags): Promise<void> =>
  withRepository(name, 'remove', flags, async ({ daemon, disk }) => {
    if (await daemon.isRunning())
      throw new RenetError(`${name} is up, and was not removed. End it first: rdc repo down ${name}`)
    await disk.close()
    await disk.remove()
    await store().remove(name)
    print(`${name} is gone, with its files and its data. Its network is given to nobody again.`)
  })
