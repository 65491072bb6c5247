import { print } from '@route-server/terminal'
import { own, store, whenItsTurn, type WhoFlags } from '../../repo/machine.ts'
import { RenetError } from '../../renet-error.ts'

export const run = (name: string, flags: WhoFlags): Promise<void> =>
  whenItsTurn(name, 'remove', flags, async () => {
    // One whose making was cut off can be removed, too.
    const { daemon, disk } = own(await store().find(name))
    if (!(await daemon.isEnded()))
      throw new RenetError(`${name} is up, and was not removed. End it first: rdc repo down ${name}`)
    await daemon.stop()
    await disk.close()
    await disk.remove()
    await daemon.forget()
    await store().remove(name)
    print(`${name} is gone, with its files and its data. Its network is given to nobody again.`)
  })
