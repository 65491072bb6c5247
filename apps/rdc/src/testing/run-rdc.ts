import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const ESBUILD = fileURLToPath(new URL('../../../../node_modules/esbuild/bin/esbuild', import.meta.url))
const BANNER = [
  '#!/usr/bin/env node',
  "import { createRequire as __createRequire } from 'node:module'",
  'const require = __createRequire(import.meta.url)',
].join('\n')

/** Makes the program `rdc` in the folder, or one of another source of this package; returns its path. */
export function bundleRdc(folder: string, source = 'main.ts'): string {
  const program = `${folder}/rdc`
  execFileSync(process.execPath, [
    ESBUILD,
    fileURLToPath(new URL(`../${source}`, import.meta.url)),
    ...['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=warning'],
    '--conditions=@route-server/source',
    `--banner:js=${BANNER}`,
    `--outfile=${program}.mjs`,
  ])
  execFileSync('ln', ['-s', 'rdc.mjs', program])
  chmodSync(`${program}.mjs`, 0o755)
  return program
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts it without a terminal. */
export function start(
  program: string,
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Started {
  const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...env } })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const exit = new Promise<number | null>((done) => child.once('exit', done))
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(([status, stdout, stderr]) => ({
    status,
    stdout,
    stderr,
  }))
  return { child, ended }
}
