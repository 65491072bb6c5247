import { copyRepository, runCommand, type Repository } from '@route-server/store'
import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { print } from '@route-server/terminal'
import { create } from '../../repo/create.ts'
import { readInput } from '../../repo/input.ts'
import { expectOpen, findWhole, whenItsTurn, withRepository, type WhoFlags } from '../../repo/machine.ts'
import { RenetError } from '../../renet-error.ts'

export interface ForkFlags extends WhoFlags {
  readonly pause?: boolean
}

export async function run(name: string, fork: string, flags: ForkFlags): Promise<void> {
  // Before anybody waits for anybody: two that were forked to each other would wait for each other.
  if (name === fork || (await findWhole(fork))) throw new RenetError(`There is a repository ${fork} already.`)
  await withRepository(name, `fork to ${fork}`, flags, async (from) => {
    expectOpen(from)
    const key = from.volume === 'encrypted' ? await readInput() : undefined
    const volume = { volume: from.volume, key, bytes: await from.disk.size() }
    let halted = 0
    const fill = async (to: Repository): Promise<void> => {
      const copy = (): Promise<void> => copyRepository(from, to, runCommand)
      const began = performance.now()
      await (flags.pause === false ? copy() : from.daemon.halted(copy))
      halted = (performance.now() - began) / 1000
      if (existsSync(from.sent)) await cp(from.sent, to.sent)
    }
    const made = await whenItsTurn(fork, `be made as a fork of ${name}`, flags, () => create(fork, volume, fill))
    const paused = flags.pause === false ? '' : ` What runs in ${name} was paused for ${halted.toFixed(1)} s.`
    print(`${fork} is a copy of ${name}, with network ${made.networkId}.${paused}`)
  })
}
