import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { eventually } from './eventually.ts'
import { findExecutable } from './executables.ts'

/** A program that a test started. */
export interface RunningProcess {
  readonly name: string
  readonly pid: number
  /** Whether it hasn't ended yet; a frozen one is running. */
  readonly running: () => boolean
  /** Everything in its log so far. */
  readonly output: () => string
  /** Sends a signal; nothing happens when it has ended. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** Resolves when it has ended. */
  readonly ended: Promise<void>
  /** Sends `signal` (SIGTERM), after 10 s SIGKILL, and resolves when it has ended. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>
}

/** What to start; standard output and error go to the end of the file `log`. */
export interface ProcessOptions {
  command: string
  /** For messages; the command's last part unless told. */
  name?: string
  args: readonly string[]
  log: string
  env?: Readonly<Record<string, string>>
}

const KILL_AFTER = 10_000

/**
 * Starts a program that dies with this process, however this one ends.
 * Its output goes to a file and not to a pipe: a grandchild holding a pipe open would keep the test runner alive.
 * @throws when the program isn't there.
 */
export function startProcess({ command, name = basename(command), args, log, env }: ProcessOptions): RunningProcess {
  const path = command.startsWith('/') ? command : findExecutable(command)
  if (path === undefined) throw new Error(`${command} is not on PATH; run tools/testbed/install.sh.`)
  const file = openSync(log, 'a')
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', path, ...args], {
    stdio: ['ignore', file, file],
    env: { ...process.env, ...env },
  })
  closeSync(file)
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} could not be started; is setpriv (util-linux) installed?`)
  let running = true
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running = false
      resolve()
    })
  })
  const send = (signal: NodeJS.Signals): void => {
    if (running) child.kill(signal)
  }
  return {
    name,
    pid,
    ended,
    signal: send,
    running: () => running,
    output: () => readFileSync(log, 'utf8'),
    async stop(signal = 'SIGTERM') {
      send(signal)
      const impatience = setTimeout(send, KILL_AFTER, 'SIGKILL')
      await ended
      clearTimeout(impatience)
    },
  }
}

/**
 * Resolves to what `attempt` gives once it succeeds, and doesn't go on trying when the process has ended.
 * @throws with the process's last words, when it is no longer there.
 */
export async function untilReady<T>(started: RunningProcess, attempt: () => T | Promise<T>): Promise<T> {
  try {
    const ready = await eventually(async () => (started.running() ? { result: await attempt() } : undefined), {
      every: 10,
    })
    if (ready === undefined) throw new Error('it ended')
    return ready.result
  } catch (error) {
    await started.stop('SIGKILL')
    const reason = error instanceof Error ? error.message : String(error)
    const words = lastLines(started.output())
    throw new Error(`${started.name} did not start: ${reason}. Its log ends: ${words}`, { cause: error })
  }
}

/** The last lines of a log, for a message about what went wrong. */
export function lastLines(text: string, count = 5): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
