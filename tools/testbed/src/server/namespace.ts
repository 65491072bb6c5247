import { join } from 'node:path'
import { startProcess, untilReady } from '../process.ts'
import { finish, succeeded, type Outcome, type RunSettings } from './outcome.ts'

/**
 * A network and a mount namespace without a name: they are there as long as one sleeping process is, which dies with this one.
 * Nothing of them is ever seen in /run/netns or in the machine's mount table.
 */
export interface Namespace {
  /** Of the process that holds them. */
  readonly pid: number
  /** The network namespace, as a path. */
  readonly net: string
  /** A command line that runs another one inside; the process stays the same, so that it can be watched and ended. */
  wrap(command: readonly string[]): string[]
  /** Runs a program inside and resolves with what it said, whatever its exit status. */
  run(command: readonly string[], settings?: RunSettings): Promise<Outcome>
  /** Runs a shell script inside. @throws when a line of it fails. */
  script(text: string): Promise<void>
  close(): Promise<void>
}

/** Opens one, named so in messages; its log goes to `directory`. */
export async function openNamespace(directory: string, name: string): Promise<Namespace> {
  const holder = startProcess({
    command: 'unshare',
    name: `the namespace of the ${name}`,
    args: ['--mount', '--net', '--propagation', 'private', 'sh', '-c', 'echo ready; exec sleep infinity'],
    log: join(directory, `${name}-namespace.log`),
  })
  await untilReady(holder, () => {
    if (!holder.output().includes('ready')) throw new Error('it is not open yet')
  })
  const { pid } = holder
  const wrap = (command: readonly string[]): string[] => ['nsenter', '-t', `${pid}`, '-m', '-n', '--', ...command]
  const run = (command: readonly string[], settings?: RunSettings): Promise<Outcome> => finish(wrap(command), settings)
  succeeded(await run(['ip', 'link', 'set', 'lo', 'up']), 'ip')
  return {
    pid,
    net: `/proc/${pid}/ns/net`,
    wrap,
    run,
    async script(text) {
      succeeded(await run(['sh', '-ec', text]), `A script in the namespace of the ${name}`)
    },
    close: () => holder.stop('SIGKILL'),
  }
}
