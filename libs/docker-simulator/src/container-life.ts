import { networkId } from './container-json.ts'
import { type Container, type ContainerSpec, createContainer, type Health, hexId, isUp } from './container.ts'
import type { Containers } from './containers.ts'
import { EngineError } from './engine-error.ts'
import type { Events } from './events.ts'

/**
 * What `docker` commands do, with the events that dockerd sends for them. A container is named by its name, its ID or a prefix of that;
 * an unknown one throws Docker's own message.
 */
export interface ContainerLife {
  /** Creates and starts a container; answers its ID. */
  readonly run: (spec: ContainerSpec) => string
  readonly create: (spec: ContainerSpec) => string
  readonly start: (container: string) => void
  /** By signal 15; the process exits with 0. */
  readonly stop: (container: string) => void
  /** By signal 9. */
  readonly kill: (container: string) => void
  /** The process ends by itself. */
  readonly die: (container: string, exitCode: number) => void
  readonly restart: (container: string) => void
  /** `docker rm -f`. */
  readonly remove: (container: string) => void
  readonly rename: (container: string, name: string) => void
  readonly pause: (container: string) => void
  readonly unpause: (container: string) => void
  /** A check ends so and prints `output`; the event is sent where that changes its health. */
  readonly setHealth: (container: string, health: Exclude<Health, 'none'>, output?: string) => void
  /** Changes nothing that a listing shows; only the event is sent. */
  readonly update: (container: string) => void
  /** Stops and removes it, then runs its spec with these changes under a new ID, which it answers. */
  readonly recreate: (container: string, changes?: Partial<ContainerSpec>) => string
}

/** dockerd remembers this many of a container's health checks. */
const MOST_CHECKS = 5

const DRIVERS: Readonly<Record<string, string>> = { host: 'host', none: 'null' }

export function containerLife(
  containers: Containers,
  events: Events,
  clock: () => number,
  seed: string,
): ContainerLife {
  let count = 0
  const nextId = () => hexId(`container ${seed} ${count++}`)

  function emit(container: Container, action: string, extra: Record<string, string> = {}): void {
    const { id, labels, image, name } = container
    events.emit('container', action, id, { ...extra, ...labels, image, name })
  }

  function emitNetworks(container: Container, action: 'connect' | 'disconnect'): void {
    for (const name of Object.keys(container.networks)) {
      const type = DRIVERS[name] ?? 'bridge'
      events.emit('network', action, networkId(name), { container: container.id, name, type })
    }
  }

  function create(spec: ContainerSpec): string {
    const container = createContainer(spec, spec.id ?? nextId(), clock())
    containers.add(container)
    emit(container, 'create')
    return container.id
  }

  function start(reference: string): void {
    const container = containers.get(reference)
    if (isUp(container)) return
    container.state = 'running'
    container.health = container.spec.health ?? 'none'
    container.healthLog = []
    container.exitCode = 0
    container.startedAt = clock()
    containers.changed(container)
    emitNetworks(container, 'connect')
    emit(container, 'start')
  }

  function exit(container: Container, exitCode: number): void {
    container.state = 'exited'
    container.exitCode = exitCode
    container.finishedAt = clock()
    if (container.health !== 'none') container.health = 'unhealthy'
    containers.changed(container)
    emit(container, 'die', { exitCode: String(exitCode) })
    emitNetworks(container, 'disconnect')
  }

  function stop(reference: string): void {
    const container = containers.get(reference)
    if (!isUp(container)) return
    emit(container, 'kill', { signal: '15' })
    if (container.state === 'paused') emit(container, 'unpause')
    exit(container, 0)
    emit(container, 'stop')
  }

  function kill(reference: string): void {
    const container = up(reference)
    emit(container, 'kill', { signal: '9' })
    exit(container, 137)
  }

  function remove(reference: string): void {
    const container = containers.get(reference)
    if (isUp(container)) kill(reference)
    containers.delete(container)
    emit(container, 'destroy')
  }

  function run(spec: ContainerSpec): string {
    const id = create(spec)
    start(id)
    return id
  }

  function setState(reference: string, from: Container['state'], to: Container['state'], action: string): void {
    const container = up(reference)
    if (container.state !== from) throw new EngineError(409, `Container ${container.id} is not ${from}`)
    container.state = to
    containers.changed(container)
    emit(container, action)
  }

  function up(reference: string): Container {
    const container = containers.get(reference)
    if (!isUp(container)) throw new EngineError(409, `Container ${container.id} is not running`)
    return container
  }

  return {
    create,
    start,
    run,
    stop,
    kill,
    remove,
    die: (reference, exitCode) => exit(up(reference), exitCode),
    restart: (reference) => {
      stop(reference)
      start(reference)
      emit(containers.get(reference), 'restart')
    },
    rename: (reference, name) => {
      const container = containers.get(reference)
      const oldName = `/${container.name}`
      containers.rename(container, name)
      emit(container, 'rename', { oldName })
    },
    pause: (reference) => setState(reference, 'running', 'paused', 'pause'),
    unpause: (reference) => setState(reference, 'paused', 'running', 'unpause'),
    setHealth: (reference, health, output = '') => {
      const container = up(reference)
      const now = clock()
      const check = { start: now, end: now, exitCode: health === 'unhealthy' ? 1 : 0, output }
      if (health !== 'starting') container.healthLog = [...container.healthLog, check].slice(-MOST_CHECKS)
      if (container.health === health) return
      container.health = health
      containers.changed(container)
      emit(container, `health_status: ${health}`)
    },
    update: (reference) => emit(containers.get(reference), 'update'),
    recreate: (reference, changes = {}) => {
      const container = containers.get(reference)
      const { name, spec } = container
      stop(container.id)
      remove(container.id)
      return run({ ...spec, name, id: nextId(), created: clock(), ...changes })
    },
  }
}
