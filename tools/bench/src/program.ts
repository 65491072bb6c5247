import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { BASE_DOMAIN } from './fixtures.ts'
import { cpuTime, memory, sharedClock } from './usage.ts'
import type { Workspace } from './workspace.ts'

/** A program under measurement, in a process of its own. */
export interface Program {
  /** Milliseconds on the shared clock. */
  readonly spawnedAt: number
  /** `http://127.0.0.1:PORT`, once it listens. */
  readonly address: Promise<string>
  /** Of a route server: where it keeps its state. */
  readonly stateDir: string
  /** Resolves when the program next logs a message that starts so, with the time of that; the shared clock. */
  said(start: string): Promise<number>
  /** CPU time so far; milliseconds. */
  cpu(): number
  memory(): ReturnType<typeof memory>
  stop(): Promise<void>
}

const DEADLINE_MS = 60_000
const OURS = join(dirname(process.argv[1] ?? ''), 'route-server.mjs')

export interface RouteServerOptions {
  readonly publishFile?: string | undefined
  /** Whether one network with many hosts of its own is over a share, as it is by default: of hosts with certificates. */
  readonly isOver?: boolean
  /** The file of a plugin that runs beside the built-in ones. */
  readonly plugin?: string
}

/** What is measured again and again is more than a network may have or change. */
const configOf = ({ isOver = false, plugin }: RouteServerOptions): string =>
  JSON.stringify({
    ...(plugin !== undefined && { plugins: ['http', 'tcp', 'udp', 'middleware', 'auto-route', plugin] }),
    shares: {
      revisions: 1_000_000,
      hosts: 1_000_000,
      routers: 1_000_000,
      bytes: 100_000_000,
      ...(!isOver && { certificateHosts: 1_000_000 }),
    },
  })

/** `dist/route-server.mjs` as an operator runs it, with a state directory. */
export function startRouteServer(workspace: Workspace, folder: string, options: RouteServerOptions = {}): Program {
  const stateDir = workspace.folder()
  mkdirSync(stateDir)
  const config = `${stateDir}.yaml`
  // JSON is YAML.
  writeFileSync(config, configOf(options))
  const flags = {
    config,
    sockets: `${folder}/docker-*.sock`,
    listen: '127.0.0.1:0',
    'base-domain': BASE_DOMAIN,
    'state-dir': stateDir,
    'log-format': 'json',
    ...(options.publishFile !== undefined && { 'publish-file': options.publishFile }),
  }
  const args = [OURS, 'serve', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])]
  return { ...start(workspace, args), stateDir }
}

export function startFloor(workspace: Workspace, folder: string): Program {
  return start(workspace, [process.argv[1] ?? '', 'as-floor', folder])
}

/** Bare `node:http` with the bytes of a file. */
export function startBare(workspace: Workspace, file: string): Program {
  return start(workspace, [process.argv[1] ?? '', 'as-bare', file])
}

interface Line {
  readonly address?: string
  readonly msg?: string
}

function start(workspace: Workspace, args: readonly string[]): Program {
  const spawnedAt = sharedClock()
  const child = workspace.own(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
  const pid = child.pid ?? 0
  const awaited = new Set<(line: Line, at: number) => boolean>()
  createInterface({ input: child.stdout }).on('line', (text) => {
    const at = sharedClock()
    const line = JSON.parse(text) as Line
    for (const hear of awaited) if (hear(line, at)) awaited.delete(hear)
  })
  /** Resolves with what `find` first finds in a line. */
  const heard = <T>(what: string, find: (line: Line, at: number) => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${what} within ${DEADLINE_MS / 1000} s.`))
      }, DEADLINE_MS)
      awaited.add((line, at) => {
        const found = find(line, at)
        if (found === undefined) return false
        clearTimeout(timer)
        resolve(found)
        return true
      })
    })
  return {
    spawnedAt,
    stateDir: '',
    address: heard("The program didn't listen", ({ address }) => address),
    said: (text) => heard(`"${text}" wasn't logged`, ({ msg }, at) => (msg?.startsWith(text) ? at : undefined)),
    cpu: () => cpuTime(pid),
    memory: () => memory(pid),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
