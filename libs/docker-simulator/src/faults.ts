import type { Socket } from 'node:net'
import { listItem, listItemText } from './container-json.ts'
import { createContainer, hexId } from './container.ts'
import type { Endpoint } from './endpoints.ts'
import type { Outgoing } from './outgoing.ts'

/** Stands in front of an answer and spoils it, or (answering undefined) takes its place. */
export type Fault = (out: Outgoing, connection: Socket) => Outgoing | undefined

const JSON_HEAD = { 'Content-Type': 'application/json' }

/** Every way in which a daemon's answer can go wrong, to be given to `daemon.fault`. */
export const faults = {
  /** Takes the request and never answers, not after `heal` either. */
  hang: (): Fault => () => undefined,

  /** Closes the connection without an answer. */
  refuse: (): Fault => (_out, connection) => {
    connection.destroy()
    return undefined
  },

  /** An error of the daemon's own, such as 500. */
  status:
    (status: number, message = 'the simulator was told to fail'): Fault =>
    (out) => {
      out.head(status, JSON_HEAD)
      out.write(`${JSON.stringify({ message })}\n`)
      out.end()
      return undefined
    },

  /** Sends the client elsewhere. */
  redirect:
    (location: string): Fault =>
    (out) => {
      out.head(301, { ...JSON_HEAD, Location: location })
      out.end()
      return undefined
    },

  /** 200 with this as JSON, whatever was asked for. */
  json:
    (value: unknown): Fault =>
    (out) => {
      out.head(200, JSON_HEAD)
      out.write(`${JSON.stringify(value)}\n`)
      out.end()
      return undefined
    },

  /** 200 with a body that is no JSON. */
  garbage: (): Fault => (out) => {
    out.head(200, JSON_HEAD)
    out.write('<html>\u0000\u0001 not what you asked for')
    out.end()
    return undefined
  },

  /** Bytes that are no HTTP. */
  notHttp: (): Fault => (_out, connection) => {
    connection.end('\u0016\u0003\u0001 not HTTP\r\n\r\n')
    return undefined
  },

  /** Closes the connection after so many bytes of the body. */
  truncate:
    (bytes: number): Fault =>
    (out, connection) =>
      limited(out, bytes, () => {
        // After what was written has left.
        connection.destroySoon()
      }),

  /** Sends no more after so many bytes of the body, and keeps the connection open; `stall(0)` is a mute event stream. */
  stall:
    (bytes: number): Fault =>
    (out) =>
      limited(out, bytes, () => undefined),

  /** Sends so many bytes at a time, with a pause of so many milliseconds after each. */
  slow: (bytes: number, pause: number): Fault => dripping(bytes, pause),

  /** The first value of every body becomes invalid UTF-8. */
  invalidUtf8: (): Fault => (out) => ({ ...out, write: (chunk) => out.write(withInvalidByte(Buffer.from(chunk))) }),

  /** A listing of about so many bytes: containers that nobody runs. */
  hugeList:
    (bytes: number): Fault =>
    (out, connection) => {
      out.head(200, JSON_HEAD)
      const items = inventedItems(bytes)
      const pump = () => {
        while (!connection.destroyed) {
          const { value, done } = items.next()
          if (done) return out.end()
          out.write(value)
          if (connection.writableNeedDrain) return void connection.once('drain', pump)
        }
      }
      pump()
      return undefined
    },
} as const

/** The faults that one daemon has now, per endpoint. */
export class FaultTable {
  readonly #entries = new Map<Endpoint, { fault: Fault; left: number }>()

  set(endpoints: readonly Endpoint[], fault: Fault, times: number): void {
    for (const endpoint of endpoints) this.#entries.set(endpoint, { fault, left: times })
  }

  clear(): void {
    this.#entries.clear()
  }

  /** The fault for this request, if any; it counts as used. */
  take(endpoint: Endpoint): Fault | undefined {
    const entry = this.#entries.get(endpoint)
    if (!entry || entry.left <= 0) return undefined
    entry.left -= 1
    return entry.fault
  }
}

function limited(out: Outgoing, bytes: number, reached: () => void): Outgoing {
  let left = bytes
  return {
    head: (status, headers) => {
      out.head(status, headers)
      if (left === 0) reached()
    },
    write: (chunk) => {
      if (left === 0) return
      const part = Buffer.from(chunk).subarray(0, left)
      left -= part.length
      out.write(part)
      if (left === 0) reached()
    },
    end: () => {
      if (left > 0) out.end()
    },
  }
}

function dripping(bytes: number, pause: number): Fault {
  return (out, connection) => {
    let waiting = Buffer.alloc(0)
    let ended = false
    const timer = setInterval(() => {
      if (waiting.length > 0) {
        out.write(waiting.subarray(0, bytes))
        waiting = waiting.subarray(bytes)
      } else if (ended) {
        clearInterval(timer)
        out.end()
      }
    }, pause)
    connection.once('close', () => clearInterval(timer))
    return {
      head: out.head,
      write: (chunk) => {
        waiting = Buffer.concat([waiting, Buffer.from(chunk)])
      },
      end: () => {
        ended = true
      },
    }
  }
}

function withInvalidByte(body: Buffer): Buffer {
  const value = body.indexOf('":"')
  if (value >= 0) body[value + 3] = 0xff
  return body
}

function* inventedItems(bytes: number): Generator<string, undefined> {
  let sent = 0
  for (let n = 0; sent < bytes; n++) {
    const container = createContainer({ name: `invented-${n}` }, hexId(`invented ${n}`), 0)
    const text = `${n === 0 ? '[' : ','}${listItemText(listItem(container), container, 0)}`
    sent += text.length
    yield text
  }
  yield ']\n'
}
