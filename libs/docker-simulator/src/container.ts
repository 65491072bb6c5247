import { createHash } from 'node:crypto'

/** Docker's words for a container's state, as far as the simulator knows them. */
export type State = 'created' | 'running' | 'paused' | 'exited'

/** `none`: the container has no health check. */
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy'

/** What `docker run` would be told. */
export interface ContainerSpec {
  /** Without Docker's leading slash. */
  readonly name: string
  /** Default `busybox:1`. */
  readonly image?: string
  /** Default `sleep infinity`. */
  readonly command?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly env?: readonly string[]
  /** Such as `8080/tcp`. */
  readonly exposedPorts?: readonly string[]
  /** Container port, such as `8080/tcp`, to the address of the host that it is published on (default `0.0.0.0`). */
  readonly publishedPorts?: Readonly<Record<string, { readonly ip?: string; readonly port: number }>>
  /** Default `host`. */
  readonly networkMode?: string
  /** The networks it is attached to. Default: the one that `networkMode` names. */
  readonly networks?: Readonly<Record<string, Attachment>>
  /** What its health check says right after each start. Default `none`. */
  readonly health?: Health
  /** Milliseconds since 1970. Default now. */
  readonly created?: number
  /** 64 hexadecimal digits. Default: made from the socket's name and a count, so that it is the same in every run. */
  readonly id?: string
}

/** One run of a container's health check; times are milliseconds since 1970. */
export interface HealthCheck {
  readonly start: number
  readonly end: number
  readonly exitCode: number
  readonly output: string
}

/** A container's addresses in one network. */
export interface Attachment {
  readonly ip?: string
  readonly ipv6?: string
}

/** One container of a simulated daemon, as it is now. All times are milliseconds since 1970. */
export interface Container {
  readonly id: string
  readonly created: number
  readonly spec: ContainerSpec
  readonly image: string
  readonly command: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  readonly networkMode: string
  readonly networks: Readonly<Record<string, Attachment>>
  name: string
  state: State
  health: Health
  /** The last five checks, oldest first. */
  healthLog: readonly HealthCheck[]
  exitCode: number
  startedAt?: number
  finishedAt?: number
}

export function createContainer(spec: ContainerSpec, id: string, now: number): Container {
  const networkMode = spec.networkMode ?? 'host'
  return {
    id,
    created: spec.created ?? now,
    spec,
    name: spec.name,
    image: spec.image ?? 'busybox:1',
    command: spec.command ?? ['sleep', 'infinity'],
    labels: sorted(spec.labels ?? {}),
    networkMode,
    networks: sorted(spec.networks ?? networksOf(networkMode)),
    state: 'created',
    health: 'none',
    healthLog: [],
    exitCode: 0,
  }
}

export function isUp(container: Container): boolean {
  return container.state === 'running' || container.state === 'paused'
}

/** 64 hexadecimal digits that stand for `name`, the same in every run. */
export function hexId(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

/** Docker prints every map in the order of its keys. */
export function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function networksOf(networkMode: string): Record<string, Attachment> {
  if (networkMode.startsWith('container:')) return {}
  return { [networkMode === 'default' ? 'bridge' : networkMode]: {} }
}
