import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { composePath } from '@route-server/testbed'

const BUNDLE = join(import.meta.dirname, '../../../dist/renet.mjs')

export interface RenetOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Makes Docker Compose a plugin below the folder; what it gives is for `DOCKER_CONFIG`. */
export function composePlugin(folder: string): string {
  const config = join(folder, 'docker-config')
  mkdirSync(join(config, 'cli-plugins'), { recursive: true })
  symlinkSync(composePath(), join(config, 'cli-plugins/docker-compose'))
  return config
}

/** Runs the built `renet` to its end, without a terminal. */
export async function renet(args: readonly string[], { cwd, env = {}, input = '' }: RenetOptions): Promise<Ended> {
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is not there; run \`npm run build\`.`)
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_OPTIONS: '', ...env },
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const exit = new Promise<Pick<Ended, 'status' | 'signal'>>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal }))
  })
  const [ended, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  return { ...ended, stdout, stderr }
}
