import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { httpGet, type HttpAnswer } from './clients.ts'
import { makeTestDirectory } from './directory.ts'
import { workspaceFile } from './executables.ts'
import { startProcess, untilReady } from './process.ts'

/** A route server to start. */
export interface RouteServerOptions {
  /** Flags of `serve` beside `--listen` and `--state-dir`, which have defaults of their own, such as `--sockets GLOB`. */
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** The built route server, as a process. */
export interface RunningRouteServer {
  /** Such as `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string
  readonly pid: number
  /** Everything it has printed. */
  readonly output: () => string
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>
  /** Sends a signal without waiting for anything. */
  readonly signal: (signal: NodeJS.Signals) => void
  /** Ends it, with SIGKILL unless told, and resolves when it has ended. Its output stays readable until `close`. */
  kill(signal?: NodeJS.Signals): Promise<void>
  close(): Promise<void>
}

const BUNDLE = workspaceFile('dist/route-server.mjs')

/** Starts `dist/route-server.mjs serve` on a free port, unless `args` name one, and resolves when it has printed its address. */
export async function startRouteServer({ args, env = {} }: RouteServerOptions): Promise<RunningRouteServer> {
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is not there; run \`npm run build\`.`)
  const directory = makeTestDirectory()
  const listen = args.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']
  const state = args.includes('--state-dir') ? [] : ['--state-dir', join(directory.path, 'state')]
  const server = startProcess({
    command: process.execPath,
    name: 'route-server',
    args: [BUNDLE, 'serve', ...listen, ...state, ...args],
    env: { NODE_OPTIONS: '', ...env },
    log: join(directory.path, 'log'),
  })
  const close = async (): Promise<void> => {
    await server.stop()
    await directory.remove()
  }
  try {
    const url = await untilReady(server, () => addressIn(server.output()))
    const [, host = '', port = ''] = /^http:\/\/(.+):(\d+)$/.exec(url) ?? []
    return {
      url,
      pid: server.pid,
      output: server.output,
      get: (path, headers = {}) =>
        httpGet({ entryPoint: { host, port: Number(port) }, host: `${host}:${port}`, path, headers, tls: false }),
      signal: server.signal,
      kill: (signal = 'SIGKILL') => server.stop(signal),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The demo of the built route server, on a free port. */
export async function startDemo(): Promise<Pick<RunningRouteServer, 'url' | 'close'> & { readonly stateDir: string }> {
  const directory = makeTestDirectory()
  const demo = startProcess({
    command: process.execPath,
    name: 'demo',
    args: [BUNDLE, 'start', '--demo', '--listen', '127.0.0.1:0'],
    env: { NODE_OPTIONS: '' },
    log: join(directory.path, 'log'),
  })
  const close = async (): Promise<void> => {
    await demo.stop()
    await directory.remove()
  }
  try {
    return await untilReady(demo, () => {
      const [, stateDir] = / doctor --state-dir (\S+)/.exec(demo.output()) ?? []
      if (stateDir === undefined) throw new Error('it has not greeted')
      return { url: addressIn(demo.output()), stateDir, close }
    })
  } catch (error) {
    await close()
    throw error
  }
}

function addressIn(output: string): string {
  const [url] = /http:\/\/127\.[\d.]+:\d+/.exec(output) ?? []
  if (url === undefined) throw new Error('it has not printed its address')
  return url
}
