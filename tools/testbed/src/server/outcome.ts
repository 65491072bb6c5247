import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** What a program said, and the status that it ended with; 128 and the signal's place where a signal ended it. */
export interface Outcome {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunSettings {
  /** What it reads from standard input; nothing unless told. */
  readonly input?: string
  /** Beside this process's own; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Ends it with SIGKILL. */
  readonly signal?: AbortSignal
}

const ENDED_BY_SIGNAL = 128

/** Runs a command line and resolves when it has ended and closed its output. It dies with this process. @throws when it can't be started. */
export async function finish(
  command: readonly string[],
  { input = '', env, cwd, signal }: RunSettings = {},
): Promise<Outcome> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
    cwd,
    ...(signal && { signal, killSignal: 'SIGKILL' }),
  })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      if (error.name !== 'AbortError') reject(error)
    })
    child.once('close', (code) => resolve(code ?? ENDED_BY_SIGNAL))
  })
  // It may end without reading everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { status, stdout, stderr }
}

/** @throws with what it said, unless it succeeded. */
export function succeeded(outcome: Outcome, what: string): Outcome {
  if (outcome.status === 0) return outcome
  const words = `${outcome.stdout}\n${outcome.stderr}`.trim()
  throw new Error(`${what} ended with status ${outcome.status}: ${words}`)
}
