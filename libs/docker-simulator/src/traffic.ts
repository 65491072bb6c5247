import type { Socket } from 'node:net'
import { type Endpoint, ENDPOINTS } from './endpoints.ts'

/** What a daemon's clients did since the start or the last `resetCounters`. */
export interface Counters {
  /** Requests by endpoint; `other` are those for pages that don't exist. */
  readonly calls: Readonly<Record<Endpoint | 'other', number>>
  readonly methods: Readonly<Record<string, number>>
  /** Every request that wasn't GET or HEAD, such as `POST /containers/x/stop`: the route server must cause none. */
  readonly violations: readonly string[]
  readonly bytesReceived: number
  /** At the socket, so with HTTP's headers. */
  readonly bytesSent: number
  /** Connections opened. */
  readonly connections: number
  /** Open now; not set back. */
  readonly openEventStreams: number
}

const READING = ['GET', 'HEAD']

/** Counts at the socket, where nothing that a client does can be missed. */
export class Traffic {
  readonly #sockets = new Set<Socket>()
  #closed = { received: 0, sent: 0 }
  #before = { received: 0, sent: 0 }
  #calls = noCalls()
  #methods: Record<string, number> = {}
  #violations: string[] = []
  #connections = 0

  connected(socket: Socket): void {
    this.#connections += 1
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#closed.received += socket.bytesRead
      this.#closed.sent += socket.bytesWritten
    })
  }

  called(endpoint: Endpoint | 'other', method: string, url: string): void {
    this.#calls[endpoint] += 1
    this.#methods[method] = (this.#methods[method] ?? 0) + 1
    if (!READING.includes(method)) this.#violations.push(`${method} ${url}`)
  }

  counters(openEventStreams: number): Counters {
    const { received, sent } = this.#bytes()
    return {
      calls: { ...this.#calls },
      methods: { ...this.#methods },
      violations: [...this.#violations],
      bytesReceived: received - this.#before.received,
      bytesSent: sent - this.#before.sent,
      connections: this.#connections,
      openEventStreams,
    }
  }

  reset(): void {
    this.#before = this.#bytes()
    this.#calls = noCalls()
    this.#methods = {}
    this.#violations = []
    this.#connections = 0
  }

  disconnectAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #bytes() {
    let { received, sent } = this.#closed
    for (const socket of this.#sockets) {
      received += socket.bytesRead
      sent += socket.bytesWritten
    }
    return { received, sent }
  }
}

const noCalls = () =>
  Object.fromEntries([...ENDPOINTS, 'other'].map((name) => [name, 0])) as Record<Endpoint | 'other', number>
