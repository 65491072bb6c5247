import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** How a command ended, and everything it printed. */
export interface Ended {
  code: number | string | undefined
  stdout: string
  stderr: string
}

/** The built route server, from src and from dist alike. */
export const PROGRAM = join(import.meta.dirname, '../../../dist/route-server.mjs')

/** Runs `route-server ARGS` to its end; what doesn't end within 20 s is killed, and its code is `SIGKILL`. */
export function runRouteServer(args: readonly string[], { input = '' } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { timeout: 20_000, killSignal: 'SIGKILL', env: { ...process.env, NODE_OPTIONS: '' } } as const
    const child = execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? undefined), stdout, stderr })
    })
    child.stdin?.end(input)
  })
}
