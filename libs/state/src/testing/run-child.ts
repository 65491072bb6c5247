import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ESBUILD = fileURLToPath(new URL('../../../../node_modules/esbuild/bin/esbuild', import.meta.url))
const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** Makes the program of the other processes; returns its path. */
export function bundleChild(folder: string): string {
  const program = `${folder}/child.mjs`
  const options = ['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=warning', '--minify']
  execFileSync(process.execPath, [
    ESBUILD,
    CHILD,
    ...options,
    '--conditions=@route-server/source',
    `--outfile=${program}`,
  ])
  return program
}

export interface Running {
  readonly child: ChildProcess
  /** What it has said so far, by line. */
  readonly lines: readonly string[]
  /** Fulfilled with how it ended, once everything it said was read. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** Fulfilled with its next line that wasn't asked for before; undefined if it ends instead. */
  next(): Promise<string | undefined>
}

export function run(
  program: string,
  args: readonly (string | number)[],
  options: { readonly uid?: number } = {},
): Running {
  const child = spawn(process.execPath, [program, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  })
  const lines: string[] = []
  const waiting: (() => void)[] = []
  let asked = 0
  let over = false
  const wake = (): void => waiting.splice(0).forEach((go) => go())
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    wake()
  })
  const ended = once(child, 'close').then(([code, signal]) => {
    over = true
    wake()
    return { code: code as number | null, signal: signal as string | null }
  })
  return {
    child,
    lines,
    ended,
    async next() {
      const index = asked
      asked += 1
      while (lines.length <= index && !over) await new Promise<void>((go) => waiting.push(go))
      return lines[index]
    },
  }
}
