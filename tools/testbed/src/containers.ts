import { ECHO_IMAGE } from './echo-image.ts'
import { callEngine } from './engine.ts'

/** A health check; times in milliseconds. */
export interface HealthCheck {
  /** Program and arguments, run inside the container; see `echoCheck`. */
  command: readonly string[]
  /** 500 unless told. */
  interval?: number
  /** Failures in a row until it is unhealthy; 1 unless told. */
  retries?: number
}

/** A container to run, always with host networking. */
export interface ContainerOptions {
  name: string
  labels?: Readonly<Record<string, string>>
  /** `echo:1` unless told. */
  image?: string
  /** Arguments for the image's entry point, such as `http=127.0.11.2:8080`. */
  command?: readonly string[]
  health?: HealthCheck
  /** Exposed ports as an image declares them, such as `8080/tcp`. */
  expose?: readonly string[]
  restartPolicy?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
}

/** What the daemon says of one container (`GET /containers/NAME/json`), as far as tests read it. */
export interface InspectedContainer {
  Id: string
  Name: string
  Created: string
  State: { Status: string; Running: boolean; Pid: number; ExitCode: number; Health?: { Status: string } }
}

/** One daemon's containers, by name. Each call resolves when the daemon has done it. */
export interface Containers {
  /** Creates and starts a container, and resolves to its ID; its program may need another moment to listen. */
  run(options: ContainerOptions): Promise<string>
  /** SIGTERM, and SIGKILL a second later. */
  stop(name: string): Promise<void>
  start(name: string): Promise<void>
  restart(name: string): Promise<void>
  pause(name: string): Promise<void>
  unpause(name: string): Promise<void>
  rename(name: string, to: string): Promise<void>
  /** Ends it without mercy and removes it. */
  remove(name: string): Promise<void>
  /** Runs a program inside and resolves to what it printed; the echo image has `node` alone. */
  exec(name: string, command: readonly string[]): Promise<string>
  inspect(name: string): Promise<InspectedContainer>
  /** When containers died since then, whatever has become of them; milliseconds since 1970. A daemon remembers its last 256 events. */
  deathsSince(date: number): Promise<readonly number[]>
}

/** The health check of the echo program: asks `http://ADDRESS/healthz`. */
export function echoCheck(address: string): string[] {
  return ['node', '/echo.mjs', `check=http://${address}/healthz`]
}

/** The containers of the daemon on `socket`; `prepare` is called before one is created, to bring its image. */
export function containersOf(socket: string, prepare: (image: string) => Promise<void>): Containers {
  const post = (path: string, json?: unknown): Promise<string> => callEngine(socket, { method: 'POST', path, json })
  const act = async (name: string, action: string): Promise<void> => {
    await post(`/containers/${name}/${action}`)
  }
  return {
    async run(options) {
      await prepare(options.image ?? ECHO_IMAGE)
      const created = await post(`/containers/create?name=${options.name}`, creation(options))
      await act(options.name, 'start')
      return (JSON.parse(created) as { Id: string }).Id
    },
    stop: (name) => act(name, 'stop?t=1'),
    start: (name) => act(name, 'start'),
    restart: (name) => act(name, 'restart?t=1'),
    pause: (name) => act(name, 'pause'),
    unpause: (name) => act(name, 'unpause'),
    rename: (name, to) => act(name, `rename?name=${to}`),
    async remove(name) {
      await callEngine(socket, { method: 'DELETE', path: `/containers/${name}?force=1&v=1` })
    },
    async exec(name, command) {
      // With a terminal the answer is the program's output as it is, without stream headers.
      const created = await post(`/containers/${name}/exec`, { Cmd: command, AttachStdout: true, Tty: true })
      return post(`/exec/${(JSON.parse(created) as { Id: string }).Id}/start`, { Detach: false, Tty: true })
    },
    async inspect(name) {
      const answer = await callEngine(socket, { method: 'GET', path: `/containers/${name}/json` })
      return JSON.parse(answer) as InspectedContainer
    },
    async deathsSince(date) {
      const query = new URLSearchParams({
        since: String(date / 1000),
        until: String(Date.now() / 1000),
        filters: JSON.stringify({ type: ['container'], event: ['die'] }),
      })
      const lines = (await callEngine(socket, { method: 'GET', path: `/events?${query.toString()}` })).split('\n')
      return lines
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { timeNano: number }).timeNano / NANOSECONDS)
    },
  }
}

/** Removes every container of the daemon on `socket`, running or not. */
export async function removeAll(socket: string): Promise<void> {
  const listed = await callEngine(socket, { method: 'GET', path: '/containers/json?all=1' })
  const paths = (JSON.parse(listed) as { Id: string }[]).map(({ Id }) => `/containers/${Id}?force=1&v=1`)
  await Promise.all(paths.map((path) => callEngine(socket, { method: 'DELETE', path })))
}

const NANOSECONDS = 1_000_000

/** The body of `POST /containers/create`. */
function creation({ labels, image, command, health, expose = [], restartPolicy = 'no' }: ContainerOptions): unknown {
  return {
    Image: image ?? ECHO_IMAGE,
    Cmd: command,
    Labels: labels,
    ExposedPorts: Object.fromEntries(expose.map((port) => [port, {}])),
    Healthcheck: health && {
      Test: ['CMD', ...health.command],
      Interval: (health.interval ?? 500) * NANOSECONDS,
      Timeout: 5_000 * NANOSECONDS,
      Retries: health.retries ?? 1,
    },
    HostConfig: { NetworkMode: 'host', RestartPolicy: { Name: restartPolicy } },
  }
}
