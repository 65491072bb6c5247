import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { codeOf } from './error-code.ts'

/** When a process began, as a text that no other process of its number has; nothing where it has ended. */
export function lifetimeOf(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? ofLinux(pid) : ofOthers(pid)
  } catch {
    return undefined
  }
}

/** Whether the process that had this number and began then is still there. */
export function isAlive(pid: number, lifetime: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return lifetimeOf(pid) === lifetime
}

/** The boot, and the ticks since then. One that has ended and waits for its parent counts as gone. */
function ofLinux(pid: number): string | undefined {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The program's name may hold blanks and parentheses; the state is the first field behind it, the start the 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? undefined : `${boot}/${fields[19] ?? ''}`
}

function ofOthers(pid: number): string | undefined {
  const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { LC_ALL: 'C' } })
  return started.trim() || undefined
}
