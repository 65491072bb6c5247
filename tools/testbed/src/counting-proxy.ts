import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { PassThrough, Transform } from 'node:stream'
import { observeRequests } from './requests.ts'

/**
 * What a connection made from now on meets. `pass`: the daemon; `hang`: silence; `refuse`: closed at once; `garbage`: not HTTP;
 * `http:500`: that status, always; `cut:300`: closed after 300 bytes of answer; `stall:300`: silent after them; `slow:50`:
 * every chunk of answer 50 ms late.
 */
export type ProxyMode =
  'pass' | 'hang' | 'refuse' | 'garbage' | `http:${number}` | `cut:${number}` | `stall:${number}` | `slow:${number}`

/** Where the proxy listens, and the daemon's socket behind it; the daemon need not be there. */
export interface ProxyOptions {
  listen: string
  target: string
}

/** A unix socket in front of a daemon's own, which counts what passes and spoils it on request. */
export interface CountingProxy {
  /** What was asked since the start or `reset`, in order: `GET /containers/json?all=1`. */
  requests(): string[]
  /** Bytes since then, both ways. */
  bytes(): { toDaemon: number; toClient: number }
  /** Connections open now. */
  connections(): number
  reset(): void
  /** For connections made from now on; open ones go on as they are. */
  setMode(mode: ProxyMode): void
  /** Breaks all open connections. */
  dropConnections(): void
  close(): Promise<void>
}

/** Puts a proxy in front of a daemon's socket. */
export async function countingProxy({ listen, target }: ProxyOptions): Promise<CountingProxy> {
  const clients = new Set<Socket>()
  let requests: string[] = []
  let bytes = { toDaemon: 0, toClient: 0 }
  let mode: ProxyMode = 'pass'

  const server = createServer((client) => {
    const [kind = '', argument] = mode.split(':')
    clients.add(client)
    client.once('close', () => clients.delete(client)).on('error', () => client.destroy())
    const observe = observeRequests((request) => requests.push(request))
    client.on('data', (chunk: Buffer) => {
      bytes.toDaemon += chunk.length
      observe(chunk)
    })
    const instead = INSTEAD[kind]
    if (instead !== undefined) {
      instead(client, Number(argument))
      return
    }
    const answer = PASSING[kind]?.(Number(argument), client) ?? new PassThrough()
    answer.on('data', (chunk: Buffer) => (bytes.toClient += chunk.length))
    relay(client, target, answer)
  })
  await rm(listen, { force: true })
  await once(server.listen(listen), 'listening')

  const dropConnections = (): void => clients.forEach((client) => client.destroy())
  return {
    requests: () => [...requests],
    bytes: () => ({ ...bytes }),
    connections: () => clients.size,
    reset() {
      requests = []
      bytes = { toDaemon: 0, toClient: 0 }
    },
    setMode(wanted) {
      mode = wanted
    },
    dropConnections,
    async close() {
      dropConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** client → daemon → answer → client; when either socket is gone, so is the other. */
function relay(client: Socket, target: string, answer: Transform): void {
  const daemon = connect(target)
  daemon.on('error', () => client.destroy())
  daemon.once('close', () => answer.end())
  client.once('close', () => daemon.destroy())
  client.pipe(daemon)
  daemon.pipe(answer).pipe(client)
}

/** Modes that let the daemon answer, and what its answer goes through. */
const PASSING: Readonly<Record<string, (argument: number, client: Socket) => Transform>> = {
  cut: (bytes, client) => first(bytes, () => client.destroy()),
  stall: (bytes) => first(bytes, () => undefined),
  slow: (milliseconds) =>
    new Transform({ transform: (chunk, _encoding, done) => void setTimeout(done, milliseconds, null, chunk) }),
}

/** Modes that never ask the daemon. */
const INSTEAD: Readonly<Record<string, (client: Socket, argument: number) => void>> = {
  hang: () => undefined,
  refuse: (client) => client.destroy(),
  garbage: (client) => client.once('data', () => client.end('\x00\xff this is not HTTP\r\n\r\n')),
  http: (client, status) => {
    const body = '{"message":"injected"}'
    const head = [
      `HTTP/1.1 ${status} Injected`,
      'Content-Type: application/json',
      'Connection: close',
      `Content-Length: ${body.length}`,
    ]
    client.once('data', () => client.end(`${head.join('\r\n')}\r\n\r\n${body}`))
  },
}

/** Passes that many bytes, then calls `enough` and swallows the rest, its end included. */
function first(bytes: number, enough: () => void): Transform {
  let left = bytes
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left > 0) this.push(chunk.subarray(0, left))
      left -= chunk.length
      done()
      if (left <= 0) setImmediate(enough)
    },
    flush(done) {
      if (left > 0) done()
    },
  })
}
