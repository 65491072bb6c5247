import { signalGroup, type Environment } from '@route-server/compose'
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HARNESS, readReport, REPORT, type Report } from './harness.ts'
import { prefixed } from './prefixed.ts'

export interface FunctionCall {
  /** Absolute path of the Rediaccfile. */
  readonly file: string
  readonly name: string
  readonly env: Environment
  /** In front of every line of its output. */
  readonly prefix: string
  /** Milliseconds; endless unless told. */
  readonly timeout?: number | undefined
}

export interface Outcome extends Report {
  readonly status: number
  readonly endedBy?: 'timeout' | NodeJS.Signals
}

/** What `timeout` of coreutils gives, too. */
const TIMED_OUT = 124
/** Between a friendly word and SIGKILL; milliseconds. */
const MERCY = 10_000
/** For the last words of what a function left running in the background; milliseconds. */
const LAST_WORDS = 300

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs one function of a Rediaccfile by bash, beside the file, in a process group of its own: a signal reaches everything that it started, and
 * when it was ended before its time nothing of it is left running.
 */
export async function runFunction({ file, name, env, prefix, timeout }: FunctionCall): Promise<Outcome> {
  const report = openReport()
  const child = spawn('bash', ['--noprofile', '--norc', '-c', HARNESS, 'Rediaccfile', file, name], {
    cwd: dirname(file),
    env,
    detached: true,
    stdio: ['inherit', 'pipe', 'pipe', report],
  })
  let endedBy: Outcome['endedBy']
  let killing: NodeJS.Timeout | undefined
  const toGroup = (signal: NodeJS.Signals): void => signalGroup(child, signal)
  const end = (by: 'timeout' | NodeJS.Signals): void => {
    // Asked twice, it is meant.
    if (endedBy !== undefined) toGroup('SIGKILL')
    endedBy ??= by
    toGroup(by === 'timeout' ? 'SIGTERM' : by)
    killing ??= setTimeout(toGroup, MERCY, 'SIGKILL')
  }
  for (const signal of ENDING) process.on(signal, end)
  const impatience = timeout === undefined ? undefined : setTimeout(end, timeout, 'timeout')
  try {
    if (child.stdout) prefixed(child.stdout, process.stdout, prefix)
    if (child.stderr) prefixed(child.stderr, process.stderr, prefix)
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
    const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (...ended) => resolve(ended))
    })
    if (endedBy !== undefined) toGroup('SIGKILL')
    await Promise.race([closed, sleep(LAST_WORDS, undefined, { ref: false })])
    child.stdout?.destroy()
    child.stderr?.destroy()
    return {
      ...readReport(textOf(report)),
      status: endedBy === 'timeout' ? TIMED_OUT : (status ?? 128 + (signal === null ? 1 : constants.signals[signal])),
      ...(endedBy !== undefined && { endedBy }),
    }
  } finally {
    clearTimeout(impatience)
    clearTimeout(killing)
    for (const signal of ENDING) process.off(signal, end)
    closeSync(report)
  }
}

/** A file without a name: what a function leaves in the background may keep it open, and we don't wait for that. */
function openReport(): number {
  const folder = mkdtempSync(join(tmpdir(), 'renet-'))
  try {
    return openSync(join(folder, `report-${REPORT}`), 'w+', 0o600)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function textOf(descriptor: number): string {
  const bytes = Buffer.alloc(4096)
  return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0))
}
