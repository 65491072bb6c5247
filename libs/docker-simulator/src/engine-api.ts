import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkVersion, speaksJsonErrors } from './api-version.ts'
import { inspection } from './container-json.ts'
import type { Containers } from './containers.ts'
import { type Call, type Endpoint, parseCall } from './endpoints.ts'
import { EngineError } from './engine-error.ts'
import { DOCKER_VERSION, infoAnswer, versionAnswer } from './engine-json.ts'
import type { EventStreams } from './event-streams.ts'
import type { FaultTable } from './faults.ts'
import { parseFilters } from './filters.ts'
import { type Outgoing, outgoing } from './outgoing.ts'
import type { Traffic } from './traffic.ts'

/** What the API answers from. */
export interface Engine {
  readonly containers: Containers
  readonly streams: EventStreams
  readonly faults: FaultTable
  readonly traffic: Traffic
  readonly apiVersion: string
  readonly minApiVersion: string
  readonly liveRestore: boolean
  readonly clock: () => number
  readonly seed: string
}

const JSON_TYPE = 'application/json'
const TEXT_TYPE = 'text/plain; charset=utf-8'

const BODIES: Readonly<Record<Exclude<Endpoint, 'events'>, (engine: Engine, call: Call) => string>> = {
  ping: () => 'OK',
  version: ({ apiVersion, minApiVersion }) => json(versionAnswer(apiVersion, minApiVersion)),
  info: ({ containers, liveRestore, seed, clock }) => json(infoAnswer(containers, liveRestore, seed, clock())),
  list: ({ containers, clock }, { query }) =>
    containers.list(parseFilters(query.get('filters')), isTrue(query.get('all')), limitOf(query.get('limit')), clock()),
  inspect: ({ containers }, { container }) => json(inspection(containers.get(container))),
}

/** Answers one request as dockerd would, unless a fault is set. */
export function answer(engine: Engine, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '' } = request
  const call = parseCall(method, url)
  engine.traffic.called(call?.endpoint ?? 'other', method, url)
  if (!call) return send(outgoing(response), 404, { 'Content-Type': JSON_TYPE }, json({ message: 'page not found' }))

  const fault = engine.faults.take(call.endpoint)
  const out = fault ? fault(outgoing(response), request.socket) : outgoing(response)
  if (!out) return
  const headers = headersOf(engine, call)
  try {
    if (call.version !== undefined) checkVersion(call.version, engine.minApiVersion, engine.apiVersion)
    if (call.endpoint === 'events') return engine.streams.open(call.query, out, response, headers)
    const body = BODIES[call.endpoint](engine, call)
    send(out, 200, headers, method === 'HEAD' ? '' : body)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    const asJson = speaksJsonErrors(call.version)
    const type = { 'Content-Type': asJson ? JSON_TYPE : TEXT_TYPE }
    send(out, error.status, { ...headers, ...type }, asJson ? json({ message: error.message }) : `${error.message}\n`)
  }
}

function headersOf({ apiVersion }: Engine, { endpoint }: Call): Record<string, string> {
  return {
    'Api-Version': apiVersion,
    'Content-Type': endpoint === 'ping' ? TEXT_TYPE : JSON_TYPE,
    'Docker-Experimental': 'false',
    Ostype: 'linux',
    Server: `Docker/${DOCKER_VERSION} (linux)`,
    ...(endpoint === 'ping' && { 'Cache-Control': 'no-cache, no-store, must-revalidate', Pragma: 'no-cache' }),
  }
}

/** dockerd tells the length of short bodies and sends the others in chunks, so that a cut can be seen in both. */
function send(out: Outgoing, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  const length = Buffer.byteLength(body)
  out.head(status, length <= 2048 ? { ...headers, 'Content-Length': String(length) } : headers)
  if (body) out.write(body)
  out.end()
}

const json = (value: unknown) => `${JSON.stringify(value)}\n`

const isTrue = (text: string | null) => !['', '0', 'no', 'false', 'none'].includes((text ?? '').trim().toLowerCase())

function limitOf(text: string | null): number {
  if (!text) return 0
  if (!/^[+-]?\d+$/.test(text)) throw new EngineError(500, `strconv.Atoi: parsing "${text}": invalid syntax`)
  return Number(text)
}
