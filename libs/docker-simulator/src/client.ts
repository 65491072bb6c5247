import { type IncomingMessage, request } from 'node:http'

/** One whole answer of an Engine API. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface EventStream {
  /** Every event so far. */
  readonly events: readonly StreamedEvent[]
  /** Resolves with all events as soon as there are so many. */
  atLeast(count: number): Promise<readonly StreamedEvent[]>
  /** Resolves with all events when the daemon ends the stream; rejects when it breaks. */
  readonly ended: Promise<readonly StreamedEvent[]>
  close(): void
}

/** The parts of an event that are looked at. */
export interface StreamedEvent {
  readonly Type: string
  readonly Action: string
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> }
  readonly scope: string
  readonly time: number
  readonly timeNano: number
  readonly status?: string
  readonly id?: string
  readonly from?: string
}

const DEADLINE = 30_000

/** Asks once, over a connection of its own. Rejects when the answer breaks off. */
export async function ask(socket: string, path: string, method = 'GET'): Promise<Reply> {
  const response = await connect(socket, path, method)
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) text += chunk as string
  return { status: response.statusCode ?? 0, headers: { ...response.headers }, text }
}

/** Resolves when the daemon has subscribed the stream, that is, when its headers are here. */
export async function streamEvents(socket: string, query = ''): Promise<EventStream> {
  const response = await connect(socket, `/events${query}`, 'GET')
  response.setEncoding('utf8')
  const events: StreamedEvent[] = []
  let rest = ''
  let wake: () => void = () => undefined
  response.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    events.push(...lines.filter(Boolean).map((line) => JSON.parse(line) as StreamedEvent))
    wake()
  })
  const ended = new Promise<readonly StreamedEvent[]>((resolve, reject) => {
    response.once('end', () => resolve(events))
    response.once('error', reject)
  })
  ended.catch(() => undefined)
  const atLeast = (count: number) =>
    new Promise<readonly StreamedEvent[]>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new Error(`${events.length} of ${count} events after ${DEADLINE} ms: ${events.map((e) => e.Action).join()}`),
        )
      }, DEADLINE)
      wake = () => {
        if (events.length < count) return
        clearTimeout(timer)
        resolve([...events])
      }
      wake()
    })
  return { events, atLeast, ended, close: () => response.destroy() }
}

function connect(socketPath: string, path: string, method: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method, agent: false, headers: { Host: 'docker' } }, resolve)
    outgoing.once('error', reject)
    outgoing.end()
  })
}
