import type { Container, ContainerState, Health, HealthLog, NetworkId, Port } from '@route-server/plugin-api'
import { Failure } from './failure.ts'
import { parseNetworkId } from '@route-server/plugin-api'

/** Which daemon containers come from. */
export interface Source {
  readonly network: NetworkId
  /** Path of the daemon's socket. */
  readonly daemon: string
}

/** Whether anybody reads this label. */
export type KeepLabel = (key: string) => boolean

type Json = Readonly<Record<string, unknown>>

/**
 * Reads one container of an answer to `GET /containers/json`, with the labels that are to be kept. Odd or missing fields never
 * throw (a daemon may be old, or worse); something without an ID does.
 */
export function parseContainer(item: unknown, source: Source, keepLabel: KeepLabel = () => true): Container {
  const raw = toJson(item)
  const status = toText(raw.Status)
  return toContainer(raw, source, {
    name: nameIn(raw.Names),
    image: toText(raw.Image),
    created: typeof raw.Created === 'number' && Number.isFinite(raw.Created) ? raw.Created : 0,
    state: toState(raw.State),
    health: toHealth(toJson(raw.Health).Status) ?? healthIn(status),
    status,
    labels: toLabels(raw.Labels, keepLabel),
  })
}

/** A container of an earlier run as one of this: frozen, and of the daemon as it is found now. */
export function restored(container: Container, source: Source, keepLabel: KeepLabel): Container {
  const { exposedPorts, listeningPorts, healthLog } = container
  return Object.freeze({
    ...container,
    ...source,
    labels: toLabels(container.labels, keepLabel),
    ...(exposedPorts && { exposedPorts: Object.freeze(exposedPorts.map((port) => Object.freeze({ ...port }))) }),
    ...(listeningPorts && { listeningPorts: Object.freeze([...listeningPorts]) }),
    ...(healthLog && { healthLog: Object.freeze({ ...healthLog }) }),
  })
}

/**
 * Reads saved output of `docker inspect`. The network is the label `rediacc.network_id`, else the one given; without either it
 * throws an error whose message says so.
 */
export function parseInspect(
  output: unknown,
  from: { readonly daemon: string; readonly network?: NetworkId },
): Container[] {
  if (!Array.isArray(output)) throw new Failure('other', "This isn't the output of docker inspect: it isn't a list.")
  return output.map((item: unknown) => {
    const raw = toJson(item)
    const config = toJson(raw.Config)
    const state = toJson(raw.State)
    const labels = toLabels(config.Labels, () => true)
    const name = nameIn([raw.Name])
    const network = parseNetworkId(labels['rediacc.network_id'] ?? '') ?? from.network
    if (network === undefined) {
      const who = name === undefined ? 'A container' : `Container ${JSON.stringify(name)}`
      throw new Failure('other', `${who} has no valid label rediacc.network_id: a multiple of 64 from 64 to 16777152.`)
    }
    const created = Date.parse(toText(raw.Created))
    return toContainer(
      raw,
      { network, daemon: from.daemon },
      {
        name,
        image: toText(config.Image),
        created: Number.isNaN(created) ? 0 : Math.floor(created / 1000),
        state: toState(state.Status),
        health: toHealth(toJson(state.Health).Status) ?? 'none',
        status: toText(state.Status),
        labels,
        exposedPorts: portsIn(raw),
      },
    )
  })
}

/** What only an inspect tells. */
export interface Inspected {
  /** What the container declares, lowest number first. */
  readonly ports: readonly Port[]
  /** Where its last health checks failed. */
  readonly healthLog: HealthLog | undefined
}

/** Reads an answer to `GET /containers/{id}/json`. */
export function parseInspected(answer: unknown): Inspected {
  const raw = toJson(answer)
  if (typeof raw.Id !== 'string') throw new Failure('other', "Its answer to an inspect isn't a container.")
  return { ports: portsIn(raw), healthLog: healthLogIn(toJson(raw.State)) }
}

/** The same container with more known of it. */
export function withKnown(
  container: Container,
  known: Pick<Container, 'exposedPorts' | 'listeningPorts' | 'healthLog'>,
): Container {
  return Object.freeze({ ...container, ...known })
}

/** Whether nothing changed that anybody acts on; `status` (`Up 3 seconds`) changes all the time. */
export function isSame(before: Container, after: Container): boolean {
  return (
    before.id === after.id &&
    before.name === after.name &&
    before.image === after.image &&
    before.created === after.created &&
    before.state === after.state &&
    before.health === after.health &&
    before.networkMode === after.networkMode &&
    before.exposedPorts === after.exposedPorts &&
    before.listeningPorts === after.listeningPorts &&
    before.healthLog === after.healthLog &&
    sameLabels(before.labels, after.labels)
  )
}

/** States that Docker enters without an event. */
const SILENT_STATES = new Set<ContainerState | undefined>(['created', 'restarting', 'removing', 'dead'])

/** Whether Docker must have sent an event for this difference; `undefined` stands for a container that isn't there. */
export function callsForEvent(before: Container | undefined, after: Container | undefined): boolean {
  if (SILENT_STATES.has(before?.state) || SILENT_STATES.has(after?.state)) return false
  return before?.state !== after?.state || before?.health !== after?.health || before?.name !== after?.name
}

type Fields = Omit<Container, 'id' | 'name' | 'networkMode' | 'network' | 'daemon'> & {
  readonly name: string | undefined
}

function toContainer(raw: Json, source: Source, { name, ...fields }: Fields): Container {
  if (typeof raw.Id !== 'string' || !/^\w+$/.test(raw.Id))
    throw new Failure('other', 'Its list has a container without an ID.')
  const networkMode = toText(toJson(raw.HostConfig).NetworkMode)
  return Object.freeze({ id: raw.Id, name: name ?? raw.Id.slice(0, 12), ...fields, networkMode, ...source })
}

function toJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A container's own name. The names that old links gave it have a second slash: `/web/db`. */
function nameIn(names: unknown): string | undefined {
  if (!Array.isArray(names)) return undefined
  return names.map((name) => toText(name).replace(/^\//, '')).find((name) => name !== '' && !name.includes('/'))
}

const STATES: readonly string[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
] satisfies ContainerState[]

/** A state that we don't know isn't `running`, so nothing is routed to it. */
function toState(value: unknown): ContainerState {
  return STATES.includes(toText(value)) ? (value as ContainerState) : 'exited'
}

const HEALTHS: readonly string[] = ['none', 'starting', 'healthy', 'unhealthy'] satisfies Health[]

function toHealth(value: unknown): Health | undefined {
  return HEALTHS.includes(toText(value)) ? (value as Health) : undefined
}

/** Most daemons list health only in their sentence: `Up 3 seconds (health: starting)`. */
function healthIn(status: string): Health {
  return toHealth(/\((?:health: )?(\w+)\)$/.exec(status)?.[1]) ?? 'none'
}

/** Without a prototype, so that a label called `__proto__` or `constructor` is a label like any other. */
function toLabels(value: unknown, keep: KeepLabel): Readonly<Record<string, string>> {
  const labels = Object.create(null) as Record<string, string>
  for (const [key, text] of Object.entries(toJson(value))) if (typeof text === 'string' && keep(key)) labels[key] = text
  return Object.freeze(labels)
}

function sameLabels(before: Container['labels'], after: Container['labels']): boolean {
  const keys = Object.keys(before)
  return keys.length === Object.keys(after).length && keys.every((key) => before[key] === after[key])
}

/** `Config.ExposedPorts`: `{ "8080/tcp": {} }`. */
function portsIn(inspected: Json): readonly Port[] {
  const ports = Object.keys(toJson(toJson(inspected.Config).ExposedPorts)).flatMap((key): Port[] => {
    const [, number, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(key) ?? []
    const port = Number(number)
    return port >= 1 && port <= 65535 ? [Object.freeze({ number: port, protocol: protocol as Port['protocol'] })] : []
  })
  return Object.freeze(ports.sort((a, b) => a.number - b.number || (a.protocol < b.protocol ? -1 : 1)))
}

const MOST_OUTPUT = 200

/** `State.Health.Log`: the last five checks, each with its end and its output, oldest first. */
function healthLogIn(state: Json): HealthLog | undefined {
  const log = toJson(state.Health).Log
  const checks = Array.isArray(log) ? log.map(toJson) : []
  const failures = checks.slice(checks.findLastIndex(({ ExitCode }) => ExitCode === 0) + 1)
  const [first, last] = [failures.at(0), failures.at(-1)]
  const since = Date.parse(toText(first?.End))
  if (!last || Number.isNaN(since)) return undefined
  // A character may be two code units.
  const output = Array.from(toText(last.Output).slice(0, 2 * MOST_OUTPUT))
    .slice(0, MOST_OUTPUT)
    .join('')
  return Object.freeze({ since, output })
}
