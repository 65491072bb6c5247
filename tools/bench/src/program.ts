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
  /** When each new document was announced on standard output; the shared clock. */
  readonly changes: readonly number[]
  /** Resolves when so many documents have been announced since the start, with the time of the last of them. */
  document(count: number): Promise<number>
  /** Resolves when the program next logs a message that starts so, with the time of that. */
  said(start: string): Promise<number>
  /** CPU time so far; milliseconds. */
  cpu(): number
  memory(): ReturnType<typeof memory>
  /** `http://127.0.0.1:PORT`; the least program has none. */
  readonly address: () => string
  stop(): Promise<void>
}

const DEADLINE_MS = 60_000
const OURS = join(dirname(process.argv[1] ?? ''), 'route-server.mjs')

/** `dist/route-server.mjs` as an operator runs it; it writes a log line for each document. */
export function startRouteServer(workspace: Workspace, folder: string, publishFile?: string): Program {
  const stateDir = workspace.folder()
  mkdirSync(stateDir)
  // What is measured again and again is more than a network may change.
  const config = `${stateDir}.yaml`
  writeFileSync(config, 'shares: { revisions: 1000000, hosts: 1000000, routers: 1000000, bytes: 100000000 }\n')
  const flags = {
    config,
    sockets: `${folder}/docker-*.sock`,
    listen: '127.0.0.1:0',
    'base-domain': BASE_DOMAIN,
    'state-dir': stateDir,
    'log-format': 'json',
    ...(publishFile !== undefined && { 'publish-file': publishFile }),
  }
  return start(workspace, [OURS, 'serve', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])])
}

export function startLeast(workspace: Workspace, folder: string): Program {
  return start(workspace, [process.argv[1] ?? '', 'as-least', folder])
}

/** Bare `node:http` with the bytes of a file. */
export function startBare(workspace: Workspace, file: string): Program {
  return start(workspace, [process.argv[1] ?? '', 'as-bare', file])
}

interface Line {
  readonly revision?: number
  readonly bytes?: number
  readonly address?: string
  readonly msg?: string
}

function start(workspace: Workspace, args: readonly string[]): Program {
  const spawnedAt = sharedClock()
  const child = workspace.own(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
  const pid = child.pid ?? 0
  const changes: number[] = []
  const awaited = new Map<string, (at: number) => void>()
  let address = ''
  let wake: () => void = () => undefined
  createInterface({ input: child.stdout }).on('line', (text) => {
    const at = sharedClock()
    const line = JSON.parse(text) as Line
    if (line.address !== undefined) address = line.address
    for (const [text, hear] of awaited) if (line.msg?.startsWith(text)) hear(at)
    if (line.revision === undefined || line.bytes === undefined) return
    changes.push(at)
    wake()
  })
  return {
    spawnedAt,
    changes,
    document: (count) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`${changes.length} of ${count} documents came within ${DEADLINE_MS / 1000} s.`))
        }, DEADLINE_MS)
        wake = () => {
          if (changes.length < count) return
          clearTimeout(timer)
          resolve(changes[count - 1] ?? NaN)
        }
        wake()
      }),
    said: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`"${text}" wasn't logged within ${DEADLINE_MS / 1000} s.`))
        }, DEADLINE_MS)
        awaited.set(text, (at) => {
          clearTimeout(timer)
          awaited.delete(text)
          resolve(at)
        })
      }),
    cpu: () => cpuTime(pid),
    memory: () => memory(pid),
    address: () => address,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
