import { Readable } from 'node:stream'
import { Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { inspect } from 'node:util'
import Docker from 'dockerode'
import { negotiate, OLDEST_VERSION } from './api-version.ts'
import { withDeadline } from './deadline.ts'
import { readElements } from './elements.ts'
import { EVENT_FILTERS, eventsIn, readEvents, type DockerEvent } from './events.ts'
import { Failure, toFailure } from './failure.ts'
import { bodyOf, Line } from './line.ts'
import type { Slices } from './slices.ts'
import type { Timing } from './timing.ts'

/** What the library's `dial` takes and gives here; its own type is `any`. */
interface Modem {
  dial(request: Request, done: (error: Error | null, answer: IncomingMessage) => void): void
}

interface Request {
  readonly path: string
  readonly method: 'GET'
  readonly options: Query
  readonly isStream: true
  readonly statusCodes: Readonly<Record<number, true>>
  readonly abortSignal: AbortSignal
}

type Query = Readonly<Record<string, unknown>>

/** What is asked of a daemon, for whoever counts: the stream of events, those since the last check of life, all containers, some of them … */
export type CallKind = 'ping' | 'events' | 'recent_events' | 'list_all' | 'list_some' | 'inspect' | 'info'

/** Every status is an answer to us. Otherwise the library reads the body of an error itself, however long it is. */
const ANY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, offset) => [100 + offset, true as const]))

/** Of anything but a list. */
const LONGEST_ANSWER = 4 * 2 ** 20

declare module 'node:http' {
  interface Agent {
    addRequest(request: ClientRequest, options: object): void
  }
}

/** Holds the library back from what it does with every request. */
class PlainAgent extends Agent {
  /** It follows redirects, wherever a daemon sends it, and an error there would end the process. */
  override addRequest(request: ClientRequest, options: object): void {
    request.prependListener('response', ({ headers }) => delete headers.location)
    super.addRequest(request, options)
  }

  /** It prints each request for its debug log, also while that is off. Printing an agent costs it 3 ms. */
  [inspect.custom](): string {
    return 'Agent'
  }
}

/**
 * The Docker Engine API of one daemon, for one connection's life. Only GET requests, and each with a deadline. What is asked all
 * the time goes over a connection that is kept, the rest over one each.
 */
export class Engine {
  readonly #modem: Modem
  readonly #agent = new PlainAgent({ keepAlive: false })
  readonly #line: Line
  readonly #timing: Timing
  readonly #calls = new Set<AbortController>()
  readonly #called: (kind: CallKind, isAnswered: boolean) => void
  #prefix = ''
  #closed = false

  /** `called` is told of each call that was answered, or came to nothing. */
  constructor(socket: string, timing: Timing, called: (kind: CallKind, isAnswered: boolean) => void = () => undefined) {
    this.#timing = timing
    this.#called = called
    this.#line = new Line(socket)
    // The library fills what is left out from DOCKER_HOST and its kin.
    const options = { socketPath: socket, host: '', protocol: 'http' as const, timeout: 0, agent: this.#agent }
    this.#modem = new Docker(options).modem as Modem
  }

  /** Asks for the daemon's API version, and speaks the newest that both know from then on. */
  async connect(): Promise<void> {
    const offered = await this.#call('ping', '/_ping', {}, this.#timing.answer, async (answer) => {
      await readAll(answer)
      return answer.headers['api-version']
    })
    const version = negotiate(offered)
    if (version === undefined) {
      throw new Failure(
        'too-old',
        `It speaks only version ${String(offered)} of Docker's API; ${OLDEST_VERSION} or newer is needed.`,
      )
    }
    this.#prefix = `/v${version}`
  }

  /** The stream of events from now on; there when its first bytes are. {@link close} ends it. */
  events(): Promise<IncomingMessage> {
    return this.#call('events', '/events', { filters: EVENT_FILTERS }, this.#timing.answer, (answer) =>
      Promise.resolve(answer),
    )
  }

  /** The events that the daemon recorded between two moments (ms since 1970), as far as it remembers: 256 of all kinds. */
  eventsBetween(since: number, until: number): Promise<readonly DockerEvent[]> {
    const query = `${asQuery(EVENT_FILTERS)}&since=${toSeconds(since)}&until=${toSeconds(until)}`
    return this.#ask('recent_events', '/events', query, this.#timing.answer, async (answer) => {
      const events: DockerEvent[] = []
      // Where the clock was set back, `until` lies ahead and the daemon would wait for it.
      if (Date.parse(answer.headers.date ?? '') + 1000 < until) {
        answer.destroy()
        return events
      }
      const body = await bodyOf(answer)
      if (Buffer.isBuffer(body)) return eventsIn(body.toString())
      await readEvents(Readable.from(body), (event) => events.push(event))
      return events
    })
  }

  /** `GET /containers/json`, stopped ones included: all, or those with the given IDs. Hands over each as it comes. */
  list(slices: Slices, take: (container: unknown) => void, ids?: readonly string[]): Promise<void> {
    const [path, { list }] = ['/containers/json', this.#timing]
    if (!ids) return this.#call('list_all', path, { all: 1 }, list, (answer) => readElements(answer, slices, take))
    return this.#ask('list_some', path, `all=1&${asQuery({ id: ids })}`, list, async (answer) =>
      readElements(await bodyOf(answer), slices, take),
    )
  }

  /** `GET /containers/{id}/json`. */
  inspect(id: string): Promise<unknown> {
    return this.#call('inspect', `/containers/${encodeURIComponent(id)}/json`, {}, this.#timing.inspect, readJson)
  }

  /** Whether its containers outlive it, by `GET /info`. */
  async keepsContainers(): Promise<boolean> {
    const info = await this.#call('info', '/info', {}, this.#timing.inspect, readJson)
    return typeof info === 'object' && info !== null && 'LiveRestoreEnabled' in info && info.LiveRestoreEnabled === true
  }

  /** Ends every call and stream. */
  close(): void {
    this.#closed = true
    for (const call of this.#calls) call.abort()
    this.#agent.destroy()
    this.#line.close()
  }

  /** The short way of {@link #call}. */
  #ask<T>(
    kind: CallKind,
    path: string,
    query: string,
    ms: number,
    read: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const what = `GET ${path}`
    const check = checkStatus(what)
    const asked = this.#line.ask(
      `${this.#prefix}${path}?${query}`,
      ms,
      async (answer) => read(check(answer)),
      () => tooLate(what, ms),
    )
    return this.#counted(kind, what, asked)
  }

  async #call<T>(
    kind: CallKind,
    path: string,
    query: Query,
    ms: number,
    read: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const what = `GET ${path}`
    if (this.#closed) throw new Failure('other', 'The connection to it is closed.')
    const call = new AbortController()
    this.#calls.add(call)
    const asked = withDeadline(ms, call, this.#get(path, query, call).then(checkStatus(what)).then(read), () =>
      tooLate(what, ms),
    )
    return this.#counted(kind, what, asked)
  }

  /** Waits for an answer. What was ended from here is nobody's failure. */
  async #counted<T>(kind: CallKind, what: string, asked: Promise<T>): Promise<T> {
    try {
      const answer = await asked
      this.#called(kind, true)
      return answer
    } catch (error) {
      if (!this.#closed) this.#called(kind, false)
      throw toFailure(error, what)
    }
  }

  #get(path: string, query: Query, call: AbortController): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request: Request = {
        path: `${this.#prefix}${path}?`,
        method: 'GET',
        options: query,
        isStream: true,
        statusCodes: ANY_STATUS,
        abortSignal: call.signal,
      }
      this.#modem.dial(request, (error, answer) => {
        if (error) {
          this.#calls.delete(call)
          reject(error)
          return
        }
        answer.once('close', () => this.#calls.delete(call))
        // Whoever reads it hears of the error too; without a reader it must not end the process.
        answer.on('error', () => undefined)
        resolve(answer)
      })
    })
  }
}

function tooLate(what: string, ms: number): Failure {
  return new Failure('other', `It hasn't answered ${what} within ${ms / 1000} s.`)
}

function checkStatus(what: string): (answer: IncomingMessage) => IncomingMessage {
  return (answer) => {
    if (answer.statusCode === 200) return answer
    throw new Failure('other', `It answered ${what} with status ${String(answer.statusCode)}; its own log says why.`)
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

async function readJson(answer: IncomingMessage): Promise<unknown> {
  const bytes = await readAll(answer)
  try {
    return JSON.parse(UTF8.decode(bytes)) as unknown
  } catch {
    throw new Failure('other', "Its answer isn't JSON, or was cut.")
  }
}

async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LONGEST_ANSWER) throw new Failure('other', `Its answer is longer than ${LONGEST_ANSWER / 2 ** 20} MiB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function asQuery(filters: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(filters))}`
}

/** Milliseconds as the API takes them: `1700000000.123000000`. */
function toSeconds(ms: number): string {
  return `${Math.floor(ms / 1000)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}000000`
}
