import { expectOpen, own, renetIn, store } from '../../repo/machine.ts'

export interface LogsFlags {
  readonly follow?: boolean
  readonly lines?: string
}

export async function run(name: string, services: readonly string[], { follow, lines }: LogsFlags): Promise<void> {
  const repository = own(await store().find(name))
  expectOpen(repository)
  const flags = [...(follow ? ['--follow'] : []), ...(lines === undefined ? [] : ['--tail', lines])]
  process.exitCode = await renetIn(repository, ['compose', '--', 'logs', '--no-color', ...flags, ...services])
}
