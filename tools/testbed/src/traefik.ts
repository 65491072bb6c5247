import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { httpGet, type Endpoint, type HttpAnswer } from './clients.ts'
import { eventually } from './eventually.ts'
import { isExecutable, TRAEFIK_VERSION, traefikPath } from './executables.ts'
import { lastLines, startProcess, untilReady, type RunningProcess } from './process.ts'
import { chooseEndpoints, staticConfiguration, type PollOptions, type RawPorts } from './traefik-config.ts'

/** A Traefik to start. */
export interface TraefikOptions extends PollOptions {
  /** Its files go to `traefik` in it. */
  directory: string
  /** Raw entry points; TCP 25, 993, 5432, 3306 and UDP 53 unless told. */
  entryPoints?: RawPorts
  /** One that install.sh was asked for; `3.7.15` unless told. */
  version?: string
}

/** A router, service or middleware as Traefik's API shows it. */
export interface TraefikElement {
  status?: string
  error?: string[]
  rule?: string
  service?: string
  entryPoints?: string[]
  middlewares?: string[]
  [field: string]: unknown
}

/** `GET /api/rawdata`: everything Traefik holds, by name such as `api-2816@http`; sections without elements are absent. */
export type TraefikRawData = Partial<Record<TraefikSection, Record<string, TraefikElement>>>

/** The sections of `/api/rawdata`; those without a prefix are HTTP's. */
export type TraefikSection =
  | 'routers'
  | 'services'
  | 'middlewares'
  | 'tcpRouters'
  | 'tcpServices'
  | 'tcpMiddlewares'
  | 'udpRouters'
  | 'udpServices'

/** A real Traefik on loopback ports, with a route document. */
export interface RealTraefik {
  readonly pid: number
  /** Traefik's API, such as `/api/http/routers`: parsed, and of a list every page. */
  api(path: string): Promise<unknown>
  /** Where the entry point `web`, `websecure-v6`, `tcp-5432` … listens. */
  entryPoint(name: string): Endpoint
  /** Everything it has logged. */
  log(): string
  /** Waits until what it holds is as wanted, and resolves to that; 20 s unless told. */
  waitFor(wanted: (data: TraefikRawData) => boolean, deadline?: number): Promise<TraefikRawData>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Stops it if it still runs, and starts it again on the same ports: with no routes until its first poll. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts a Traefik, and resolves when it answers: 0.5 s; its routes come with its first poll. Certificate resolvers aren't there. */
export async function startTraefik(options: TraefikOptions): Promise<RealTraefik> {
  const { version = TRAEFIK_VERSION, entryPoints = {} } = options
  const command = traefikPath(version)
  if (!isExecutable(command))
    throw new Error(`${command} is not there; run \`tools/testbed/install.sh --traefik ${version}\`.`)
  const home = join(options.directory, 'traefik')
  const config = join(home, 'traefik.yml')
  const log = join(home, 'traefik.log')
  const endpoints = await chooseEndpoints(entryPoints)
  mkdirSync(home, { recursive: true })
  writeFileSync(config, staticConfiguration(endpoints, options))

  const entryPoint = (name: string): Endpoint => {
    const found = endpoints.get(name)
    if (found === undefined)
      throw new Error(`Traefik has no entry point ${name}; it has ${[...endpoints.keys()].join(', ')}.`)
    return found
  }
  const get = async (path: string): Promise<HttpAnswer> => {
    const answer = await httpGet({ entryPoint: entryPoint('traefik'), host: 'localhost', path, tls: false })
    if (answer.status !== 200) throw new Error(`Traefik answered ${answer.status} to ${path}: ${answer.body.trim()}`)
    return answer
  }
  const start = async (): Promise<RunningProcess> => {
    const started = startProcess({ command, args: [`--configFile=${config}`], log })
    await untilReady(started, () => get('/ping'))
    return started
  }

  let traefik = await start()
  return {
    get pid() {
      return traefik.pid
    },
    entryPoint,
    api: (path) => allPages(get, path),
    log: () => traefik.output(),
    waitFor: (wanted, deadline = 20_000) =>
      eventually(
        async () => {
          const data = JSON.parse((await get('/api/rawdata')).body) as TraefikRawData
          if (wanted(data)) return data
          throw new Error(`Traefik holds ${namesIn(data)}; its log ends: ${lastLines(traefik.output())}`)
        },
        { deadline },
      ),
    kill: () => traefik.stop('SIGKILL'),
    async restart() {
      await traefik.stop()
      traefik = await start()
    },
    close: () => traefik.stop(),
  }
}

/** Traefik's lists come in pages; the last one's `X-Next-Page` is 1 again. */
async function allPages(get: (path: string) => Promise<HttpAnswer>, path: string): Promise<unknown> {
  const items: unknown[] = []
  for (let page = 1; ;) {
    const { body, headers } = await get(page === 1 ? path : `${path}${path.includes('?') ? '&' : '?'}page=${page}`)
    const content: unknown = JSON.parse(body)
    if (!Array.isArray(content)) return content
    items.push(...(content as unknown[]))
    const next = Number(headers['x-next-page'] ?? 1)
    if (next <= page) return items
    page = next
  }
}

const NAMES_SHOWN = 20

/** For a message: `routers api@http web@http; services …`. */
function namesIn(data: TraefikRawData): string {
  const sections = Object.entries(data).map(([section, elements]) => {
    const names = Object.keys(elements)
    return [section, ...names.slice(0, NAMES_SHOWN), ...(names.length > NAMES_SHOWN ? ['…'] : [])].join(' ')
  })
  return sections.join('; ') || 'nothing'
}
