import {
  addressOf,
  eventually,
  freshNetworkId,
  httpGet,
  makeTestDirectory,
  startDockerd,
  startRouteServer,
  startTraefik,
  type HttpAnswer,
  type HttpQuestion,
  type RawPorts,
  type RealDaemon,
  type RealTraefik,
  type RunningRouteServer,
} from '@route-server/testbed'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startRecorder, type Recorder } from './recorder.ts'

/** Keys of the configuration file. */
export type Settings = Readonly<Record<string, unknown>>

/** What differs from the usual machine. */
export interface MachineOptions {
  /** Over the usual ones: sockets beside the file, base domain `example.com`, and no long wait for a successor of what went, neither of its routes nor of requests. */
  settings?: Settings
  /** A folder that isn't there yet, in one that is; `state` in the machine's own unless told. */
  stateDir?: string
  /** Of the route server. */
  env?: Readonly<Record<string, string>>
  /** Traefik's raw ones; TCP 25, 993, 5432, 3306 and UDP 53 unless told. */
  entryPoints?: RawPorts
  /** Containers outlive a restart of their daemon. */
  liveRestore?: boolean
}

/** The usual set: two daemons, the route server that watches them, and a Traefik that polls it. */
export interface Machine {
  /** Sockets, state and the configuration file are in it. */
  readonly directory: string
  readonly daemons: readonly [RealDaemon, RealDaemon]
  /** The one that runs now. */
  readonly routeServer: RunningRouteServer
  readonly traefik: RealTraefik
  /** Between the two. */
  readonly recorder: Recorder
  /** Starts one more daemon, closed with the others. */
  addDaemon(): Promise<RealDaemon>
  /** Writes other settings to the configuration file; they are in force after SIGHUP or a restart. */
  configure(settings: Settings): Promise<void>
  /** Starts the route server again on the same address, after ending it: with SIGKILL unless told. */
  restartRouteServer(signal?: NodeJS.Signals): Promise<void>
  /** One request to `https://{host}/` by way of Traefik. */
  ask(host: string, question?: Partial<HttpQuestion>): Promise<HttpAnswer>
  /** Asks until it is answered with this status: 200 unless told. */
  askUntil(host: string, status?: number): Promise<HttpAnswer>
  /** Lines of Traefik's log about documents that it refused. */
  refusals(): string[]
  close(): Promise<void>
}

interface Part {
  close(): Promise<void>
}

/** Starts everything, and resolves when it answers. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const { settings = {}, entryPoints = {}, liveRestore = false, env = {} } = options
  const folder = makeTestDirectory()
  const directory = folder.path
  const parts: Part[] = []
  const keep = async <T extends Part>(starting: Promise<T>): Promise<T> => {
    const part = await starting
    parts.push(part)
    return part
  }
  const close = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.close()))
    await folder.remove()
  }
  const addDaemon = (): Promise<RealDaemon> =>
    keep(startDockerd({ directory, networkId: freshNetworkId(), liveRestore }))

  const configFile = join(directory, 'config.yaml')
  // A test changes its routes more often in a minute than anybody.
  const shares = { revisions: 100_000, ports: 100 }
  const usual = { sockets: './docker-*.sock', baseDomain: 'example.com', redeployGrace: '1s', hold: 0, shares }
  // JSON is YAML.
  const configure = (over: Settings): Promise<void> => writeFile(configFile, JSON.stringify({ ...usual, ...over }))
  // An address that nobody else is on, so that a second start finds its port free.
  const listen = `${addressOf(freshNetworkId(), 0)}:7111`
  const stateDir = options.stateDir ?? join(directory, 'state')
  const args = ['--config', configFile, '--listen', listen, '--state-dir', stateDir]

  try {
    await configure(settings)
    const daemons = await Promise.all([addDaemon(), addDaemon()])
    let routeServer = await keep(startRouteServer({ args, env }))
    const recorder = await keep(startRecorder())
    recorder.from(routeServer.url)
    const traefik = await keep(
      startTraefik({ directory, routesUrl: `${recorder.url}/routes.yaml`, entryPoints, logLevel: 'DEBUG' }),
    )
    const ask: Machine['ask'] = (host, question = {}) =>
      httpGet({ entryPoint: traefik.entryPoint('websecure'), host, ...question })
    return {
      directory,
      daemons,
      get routeServer() {
        return routeServer
      },
      traefik,
      recorder,
      addDaemon,
      configure,
      async restartRouteServer(signal) {
        await routeServer.kill(signal)
        routeServer = await keep(startRouteServer({ args, env }))
      },
      ask,
      askUntil: (host, status = 200) =>
        eventually(async () => {
          const answer = await ask(host)
          if (answer.status === status) return answer
          throw new Error(`https://${host}/ is answered with ${answer.status}, not ${status}.\n${routeServer.output()}`)
        }),
      refusals: () =>
        traefik
          .log()
          .split('\n')
          .filter((line) => line.includes('cannot decode configuration data')),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
