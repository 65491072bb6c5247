import { attachedTo, expectOpen, find, renetIn, type AttachedFlags } from '../../repo/machine.ts'

export interface LogsFlags extends AttachedFlags {
  readonly follow?: boolean
  readonly lines?: string
}

export async function run(name: string, services: readonly string[], flags: LogsFlags): Promise<void> {
  const repository = await find(name)
  expectOpen(repository)
  const { follow, lines } = flags
  const passed = [...(follow ? ['--follow'] : []), ...(lines === undefined ? [] : ['--tail', lines])]
  process.exitCode = await attachedTo(flags, () =>
    renetIn(repository, ['compose', '--', 'logs', '--no-color', ...passed, ...services]),
  )
}
