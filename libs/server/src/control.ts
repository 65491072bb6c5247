import { getRequestListener } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { createServer, type Server } from 'node:http'
import { isNetworkId } from '@route-server/plugin-api'
import type { NetworkId } from '@route-server/plugin-api'
import type { KeptRevision } from '@route-server/history'
import type { RouteView } from '@route-server/kernel'
import { answerExplain } from './explain.ts'
import type { Explain } from './explain.ts'
import type { Health } from './health.ts'
import { answerDiff, answerHistory } from './history.ts'
import { failure, json } from './reply.ts'
import { answerRoutes } from './routes.ts'

/** Something that a network has and others can't have. */
export interface ClaimView {
  /** What `release` and `assign` call it: `app.example.com`, `*.shop.example.com`, `tcp-25`. */
  readonly subject: string
  readonly kind: 'host' | 'entry-point'
  readonly network: NetworkId
  /** When it was claimed: `2026-01-02T03:04:05.000Z`. Left out for what the operator reserved. */
  readonly since?: string
  /** For how long the route server ran and saw that the owner doesn't use it. */
  readonly awaySeconds: number
  /** Until it is free for others; left out where it doesn't lapse. */
  readonly lapsesInSeconds?: number
  readonly inUse: boolean
  /** Services that an entry point was found for, with their ports: `db 5432`. */
  readonly services?: readonly string[]
  /** Who gave it to the network, where it wasn't its own claim. */
  readonly reservedBy?: 'operator'
}

/** For whom a plugin isn't asked for now. */
export interface SetAsideView {
  /** Left out where it is everybody. */
  readonly network?: NetworkId
  readonly container?: string
  /** Completes the sentence "the plugin …". */
  readonly why: string
  /** When it is tried again: `2026-01-02T03:04:05.000Z`. */
  readonly until: string
}

/** A plugin that runs. */
export interface PluginView {
  readonly name: string
  /** `built-in`, or the path of its file or of its package's folder. */
  readonly source: string
  readonly version?: string
  /** The labels that it reads, each with a line for people. */
  readonly labels: Readonly<Record<string, string>>
  /** `behind`: it hasn't answered for some containers yet. `refused`: its files aren't those that are pinned, so it wasn't run. */
  readonly state: 'ok' | 'behind' | 'set-aside' | 'refused'
  readonly waiting: number
  readonly setAside: readonly SetAsideView[]
  readonly calls: number
  /** Of all calls, and of the longest. */
  readonly totalMilliseconds: number
  readonly longestMilliseconds: number
  /** How long everybody else waited for it. */
  readonly waitedMilliseconds: number
  /** What its process has in memory; left out for built-in ones, and while it has none. */
  readonly memoryBytes?: number
  /** What its files can be pinned by; left out for built-in ones. */
  readonly integrity?: string
  /** Whether the configuration pins them. */
  readonly pinned?: boolean
}

/** What the operator may do with claims, and see of plugins. A text is a refusal: a sentence for people. */
export interface Control {
  plugins(): readonly PluginView[]
  list(): readonly ClaimView[]
  release(subject: string): string | undefined
  assign(subject: string, network: NetworkId): string | undefined
}

/** The body of `GET /claims`. */
export interface Claims {
  readonly claims: readonly ClaimView[]
}

/** The body of `GET /plugins`. */
export interface Plugins {
  readonly plugins: readonly PluginView[]
}

/** Thrown by what isn't there yet: it is answered with 503. */
export class Starting extends Error {
  constructor() {
    super('The route server is still starting. Ask again in a moment.')
  }
}

/** What else may be asked over the private socket. */
export interface Private {
  readonly explain?: Explain
  /** The last changes of the document, the oldest first. */
  readonly history?: () => readonly KeptRevision[]
  /** What the route server knows about its machine. */
  readonly machine?: () => object
  readonly health?: () => Health
  readonly view?: RouteView
  /** Told what an endpoint threw; the client gets a 500. */
  readonly onError?: (error: Error, path: string) => void
}

type Answer = (context: Context) => Response | Promise<Response>

/** By `GET /claims`. */
type Endpoints = Readonly<Record<string, Answer>>

/** What is only read. */
const reading = ({ explain, machine, health, view, history = () => [] }: Private): Endpoints => ({
  // Who asks here reads it: the status is for probes.
  ...(health && { 'GET /health': () => json(health()) }),
  ...(view && { 'GET /routes.json': ({ req }) => answerRoutes(view, req.queries()) }),
  'GET /history': ({ req }) => answerHistory(history(), req.queries()),
  'GET /diff': ({ req }) => answerDiff(history(), req.queries()),
  ...(explain && { 'GET /explain': ({ req }) => answerExplain(explain, req.queries()) }),
  ...(machine && { 'GET /machine': () => json(machine()) }),
})

const ordering = (control: Control): Endpoints => ({
  'GET /claims': () => json({ claims: control.list() } satisfies Claims),
  'GET /plugins': () => json({ plugins: control.plugins() } satisfies Plugins),
  async 'POST /claims/release'(context) {
    const { subject } = await fieldsOf(context)
    return isSubject(subject) ? done(control.release(subject)) : invalid(SUBJECT)
  },
  async 'POST /claims/assign'(context) {
    const { subject, network } = await fieldsOf(context)
    if (!isSubject(subject)) return invalid(SUBJECT)
    return typeof network === 'number' && isNetworkId(network)
      ? done(control.assign(subject, network))
      : invalid('The body must have a network: a multiple of 64 from 64 to 16777152.')
  },
})

/** The operator's endpoints. For a private socket: who may open it may do everything. */
export function createControlApp(control: Control, more: Private = {}): Hono {
  const endpoints: Endpoints = { ...ordering(control), ...reading(more) }
  const app = new Hono()
  for (const [endpoint, answer] of Object.entries(endpoints)) {
    const [method = '', path = ''] = endpoint.split(' ')
    app.on(method, path, answer)
  }
  app.notFound(({ req }) =>
    failure(
      404,
      'PATH_UNKNOWN',
      `There is no ${req.method} ${req.path}; there are ${Object.keys(endpoints).join(', ')}.`,
    ),
  )
  app.onError((error, { req }) => {
    if (error instanceof Starting) return failure(503, 'STARTING', error.message, { 'Retry-After': '1' })
    more.onError?.(error, req.path)
    return failure(500, 'INTERNAL_ERROR', "The route server couldn't do this; its log says why.")
  })
  return app
}

/** The same as a server that listens nowhere yet. */
export function createControlServer(control: Control, more: Private = {}): Server {
  const answer = getRequestListener(createControlApp(control, more).fetch, { hostname: 'localhost' })
  return createServer((request, response) => void answer(request, response))
}

const SUBJECT = 'The body must have a subject: a text such as app.example.com.'

function isSubject(subject: unknown): subject is string {
  return typeof subject === 'string' && subject.trim() !== ''
}

async function fieldsOf({ req }: Context): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = JSON.parse(await req.text())
    return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

function done(refusal: string | undefined): Response {
  return refusal === undefined ? json({ done: true }) : failure(409, 'REFUSED', refusal)
}

function invalid(message: string): Response {
  return failure(400, 'BODY_INVALID', message)
}
