import { readInput } from '../../repo/input.ts'
import { withRepository, type WhoFlags } from '../../repo/machine.ts'

export const run = (name: string, flags: WhoFlags): Promise<void> =>
  withRepository(name, 'mount', flags, async ({ disk }) => {
    if (!disk.isOpen()) await disk.open((await readInput()) || undefined)
  })
