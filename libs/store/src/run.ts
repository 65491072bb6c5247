import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { StoreError } from './store-error.ts'

/** Runs a program to its end and resolves to what it said. @throws {StoreError} with its last words, where it fails */
export type Run = (command: string, args: readonly string[], input?: string) => Promise<string>

export const runCommand: Run = async (command, args, input) => {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' } })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
      reject(isMissing ? new StoreError(`There is no ${command} on this machine.`, { cause }) : cause)
    })
    child.once('close', resolve)
  })
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (status !== 0) throw new StoreError(`${command} ${args.join(' ')}: ${stderr.trim() || `status ${String(status)}`}`)
  return stdout
}
