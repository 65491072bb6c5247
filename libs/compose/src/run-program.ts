import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Environment } from './find-compose.ts'

export interface Program {
  readonly executable: string
  readonly args: readonly string[]
  readonly env: Environment
  readonly cwd: string
  readonly stdio: StdioOptions
  /** It has a process group of its own: signals reach everything that it has started. Not for a terminal's foreground. */
  readonly group?: boolean
}

/** How a program ended. */
export type Exit = { readonly status: number } | { readonly signal: NodeJS.Signals }

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const
/** A terminal sends these to everybody in the foreground. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/** Runs a program in our place: signals that reach us reach it, once. */
export function runProgram({ executable, args, env, cwd, stdio, group = false }: Program): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, args, { cwd, env, stdio, detached: group })
    const forward = (signal: NodeJS.Signals): void => {
      if (group) signalGroup(child, signal)
      else if (!(FROM_TERMINAL.includes(signal) && inForeground())) child.kill(signal)
    }
    for (const signal of FORWARDED) process.on(signal, forward)
    const done = (): void => {
      for (const signal of FORWARDED) process.off(signal, forward)
    }
    child.once('error', (error) => {
      done()
      reject(error)
    })
    child.once('exit', (status, signal) => {
      done()
      resolve(signal === null ? { status: status ?? 1 } : { signal })
    })
  })
}

/** Signals a program that was started as the first of its process group, and everything that it has started. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // Nobody is left in it.
  }
}

/** What a shell makes of how a program ended. */
export const statusOf = (exit: Exit): number => ('status' in exit ? exit.status : 128 + constants.signals[exit.signal])

/** Ends this process as that one ended. */
export function endAs(exit: Exit): void {
  process.exitCode = statusOf(exit)
  if ('signal' in exit) process.kill(process.pid, exit.signal)
}

/** Whether this process is in the foreground of a terminal, which then has told the child, too. */
function inForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return process.stdin.isTTY
  }
}
