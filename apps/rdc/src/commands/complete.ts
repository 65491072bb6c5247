import type { Command } from 'commander'
import { print } from '@route-server/terminal'
import { complete } from '../completion/complete.ts'
import { machines } from '../machines.ts'
import type { CommandModule } from './lazily.ts'

export const forProgram = (program: Command): CommandModule<[words: readonly string[]]> => ({
  async run(words) {
    const found = complete(program, words, await names())
    if (found.length > 0) print(found.join('\n'))
    return undefined
  },
})

/** None where the file is damaged: other commands say so. */
const names = (): Promise<readonly string[]> =>
  machines()
    .list()
    .then(
      (all) => all.map(({ name }) => name),
      () => [],
    )
