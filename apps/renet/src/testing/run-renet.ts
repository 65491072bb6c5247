import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const ESBUILD = fileURLToPath(new URL('../../../../node_modules/esbuild/bin/esbuild', import.meta.url))
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const BANNER = [
  '#!/usr/bin/env node',
  "import { createRequire as __createRequire } from 'node:module'",
  'const require = __createRequire(import.meta.url)',
].join('\n')

/** Makes the program in the folder; returns its path. */
export function bundleRenet(folder: string): string {
  const program = `${folder}/renet.mjs`
  execFileSync(process.execPath, [
    ESBUILD,
    MAIN,
    ...['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=warning'],
    '--conditions=@route-server/source',
    '--alias:jsonc-parser=jsonc-parser/lib/esm/main.js',
    `--banner:js=${BANNER}`,
    `--outfile=${program}`,
  ])
  return program
}

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  /** Resolves once this has been printed on standard output. */
  readonly said: (words: string) => Promise<void>
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Uint8Array
}

/** Starts it without a terminal. */
export function start(program: string, args: readonly string[], { cwd, env = {}, input = '' }: StartOptions): Started {
  const child = spawn(process.execPath, [program, ...args], { cwd, env: { PATH: process.env['PATH'], ...env } })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const exit = new Promise<Pick<Ended, 'status' | 'signal'>>((done) => {
    child.once('exit', (status, signal) => done({ status, signal }))
  })
  const said = (words: string): Promise<void> =>
    new Promise((resolve) => {
      let all = ''
      child.stdout.on('data', (part: Buffer) => {
        all += String(part)
        if (all.includes(words)) resolve()
      })
    })
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(([how, stdout, stderr]) => ({
    ...how,
    stdout,
    stderr,
  }))
  return { child, said, ended }
}
