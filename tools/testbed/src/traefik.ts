import { join } from 'node:path'
import type { Endpoint, HttpAnswer } from './clients.ts'
import { eventually } from './eventually.ts'
import { lastLines } from './process.ts'
import { chooseEndpoints, entryPointsAt, providersOf, type PollOptions, type RawPorts } from './traefik-config.ts'
import { API, startTraefikProcess } from './traefik-process.ts'

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
  const { directory, version, entryPoints = {}, logLevel = 'INFO' } = options
  const endpoints = await chooseEndpoints(entryPoints)
  const entryPoint = (name: string): Endpoint => {
    const found = endpoints.get(name)
    if (found === undefined)
      throw new Error(`Traefik has no entry point ${name}; it has ${[...endpoints.keys()].join(', ')}.`)
    return found
  }
  const traefik = await startTraefikProcess({
    folder: join(directory, 'traefik'),
    ...(version !== undefined && { version }),
    apiPort: entryPoint(API).port,
    logLevel,
    entryPoints: entryPointsAt(endpoints),
    providers: providersOf(options),
  })
  return {
    get pid() {
      return traefik.pid
    },
    entryPoint,
    api: (path) => allPages(traefik.get, path),
    log: traefik.log,
    waitFor: (wanted, deadline = 20_000) =>
      eventually(
        async () => {
          const data = JSON.parse((await traefik.get('/api/rawdata')).body) as TraefikRawData
          if (wanted(data)) return data
          throw new Error(`Traefik holds ${namesIn(data)}; its log ends: ${lastLines(traefik.log())}`)
        },
        { deadline },
      ),
    kill: () => traefik.stop('SIGKILL'),
    restart: () => traefik.restart(),
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
