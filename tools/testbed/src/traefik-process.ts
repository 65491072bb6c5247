import { mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { httpGet, type HttpAnswer } from './clients.ts'
import { isExecutable, TRAEFIK_VERSION, traefikPath } from './executables.ts'
import { freePorts } from './ports.ts'
import { startProcess, untilReady, type RunningProcess } from './process.ts'

/** The entry point of its API, of `/ping` and of `/metrics`. */
export const API = 'traefik'

/** A Traefik to start, by its static configuration. */
export interface TraefikProcessOptions {
  /** `traefik.yml` and `traefik.log` are in it. */
  folder: string
  /** One that install.sh was asked for; `3.7.15` unless told. */
  version?: string
  /** By name, beside the API's. */
  entryPoints: Readonly<Record<string, unknown>>
  providers: unknown
  /** Where the API listens on 127.0.0.1; on a free port unless told. */
  apiPort?: number
  /** `ERROR` unless told. */
  logLevel?: string
  /** Further sections, such as `metrics`. */
  more?: Readonly<Record<string, unknown>>
  env?: Readonly<Record<string, string>>
}

/** A Traefik that runs, and its API. It sends nothing anywhere by itself. */
export interface TraefikProcess {
  readonly pid: number
  /** @throws unless it answers with 200. */
  readonly get: (path: string) => Promise<HttpAnswer>
  /** Everything it has logged. */
  readonly log: () => string
  /** What it has logged since the last call. */
  readonly news: () => string
  /** Ends it, with SIGTERM unless told, and starts it again on the same ports. */
  restart(signal?: NodeJS.Signals): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a Traefik, and resolves when it answers. */
export async function startTraefikProcess(options: TraefikProcessOptions): Promise<TraefikProcess> {
  const { folder, version = TRAEFIK_VERSION, entryPoints, providers, logLevel = 'ERROR', more, env = {} } = options
  const command = traefikPath(version)
  if (!isExecutable(command))
    throw new Error(`${command} is not there; run \`tools/testbed/install.sh --traefik ${version}\`.`)
  const [port = 0] = options.apiPort === undefined ? await freePorts('tcp', '127.0.0.1', 1) : [options.apiPort]
  const config = join(folder, 'traefik.yml')
  const log = join(folder, 'traefik.log')
  const api = { host: '127.0.0.1', port }
  mkdirSync(folder, { recursive: true })
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      log: { level: logLevel, noColor: true },
      api: { insecure: true },
      ping: { entryPoint: API },
      entryPoints: { ...entryPoints, [API]: { address: `${api.host}:${port}` } },
      providers,
      ...more,
    }),
  )
  const get = async (path: string): Promise<HttpAnswer> => {
    const answer = await httpGet({ entryPoint: api, host: 'localhost', path, tls: false })
    if (answer.status !== 200) throw new Error(`Traefik answered ${answer.status} to ${path}: ${answer.body.trim()}`)
    return answer
  }
  const start = async (): Promise<RunningProcess> => {
    const started = startProcess({ command, args: [`--configFile=${config}`], log, env })
    await untilReady(started, () => get('/ping'))
    return started
  }
  const news = follow(log)
  let traefik = await start()
  return {
    get pid() {
      return traefik.pid
    },
    get,
    log: () => traefik.output(),
    news,
    async restart(signal) {
      await traefik.stop(signal)
      traefik = await start()
    },
    stop: (signal) => traefik.stop(signal),
  }
}

/** Reads what was added to a file since the last time. */
function follow(file: string): () => string {
  const descriptor = openSync(file, 'a+')
  const buffer = Buffer.alloc(1 << 20)
  const decoder = new StringDecoder()
  let position = 0
  return () => {
    let text = ''
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, position)
      if (length === 0) return text
      position += length
      text += decoder.write(buffer.subarray(0, length))
    }
  }
}
