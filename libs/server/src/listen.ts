import { getRequestListener } from '@hono/node-server'
import type { RouteView } from '@route-server/kernel'
import type { Hono } from 'hono'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { gates } from './access.ts'
import type { OnFetch } from './fetches.ts'
import { failure } from './reply.ts'
import { answerPoll, isPlainPoll } from './route-document.ts'

export interface ListenOptions {
  /** An IP address, without brackets. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Whose document Traefik's polls get directly, as far as the app would give it; left out, the app answers everything. */
  readonly view?: RouteView
  /** News that may be in the document in a moment, for which a poll that `view` answers waits: the next one is seconds away. */
  readonly underWay?: (() => Promise<unknown> | undefined) | undefined
  /** Told of every answer that is given so. */
  readonly onFetch?: OnFetch | undefined
  /** Told what goes wrong with connections later, such as too many open files. The server goes on. */
  readonly onError?: (error: Error) => void
}

export interface Listening {
  /** `http://127.0.0.1:7111`, with the port that it got. */
  readonly address: string
  /** Ends within a second; answers under way have half of it. */
  close(): Promise<void>
}

/** Longer than Traefik's poll interval (5 s, also Node's default): otherwise each connection closes just as the next poll uses it. */
const KEEP_ALIVE_MS = 65_000
const CLOSE_GRACE_MS = 500

/** So long may a poll be held where news doesn't end: nothing beside Traefik's timeout of 5 s. */
const LONGEST_WAIT_MS = 25

/** Serves the app. An address that can't be had is an error with one sentence for people. */
export async function listen(
  app: Hono,
  { host, port, view, underWay, onFetch, onError }: ListenOptions,
): Promise<Listening> {
  const answer = getRequestListener(app.fetch, { hostname: 'localhost', errorHandler: refuseRequest })
  const gate = gates.get(app)
  const answerNow = (request: IncomingMessage, response: ServerResponse, polled: RouteView | undefined): void => {
    if (!polled || !answerPoll(polled, request, response, onFetch)) void answer(request, response)
  }
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const polled = gate && isPlainPoll(gate, request) ? view : undefined
    const news = polled && underWay?.()
    if (!news) answerNow(request, response, polled)
    else
      void Promise.race([news, wait(LONGEST_WAIT_MS, undefined, { ref: false })]).then(() => {
        if (!request.socket.destroyed) answerNow(request, response, polled)
      })
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw refusal(error as NodeJS.ErrnoException, authority(host, port))
  }
  server.on('error', (error) => onError?.(error))
  return { address: `http://${authority(host, (server.address() as AddressInfo).port)}`, close: () => close(server) }
}

const REFUSALS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another process; stop it or choose another address with --listen',
  EACCES:
    "needs rights that this user doesn't have (ports below 1024 are root's); choose a port above 1023 with --listen",
  EADDRNOTAVAIL: "isn't an address of this machine; choose one that is with --listen",
  EAFNOSUPPORT: 'is of a kind that this machine has switched off; choose another address with --listen',
}

function refusal(error: NodeJS.ErrnoException, address: string): Error {
  const reason = REFUSALS[error.code ?? ''] ?? `can't be listened on: ${error.message}`
  return new Error(`${address} ${reason}`, { cause: error })
}

function refuseRequest(): Response {
  return failure(400, 'REQUEST_INVALID', 'The URL or the Host header of this request is not valid.')
}

/** Idle keep-alive connections, such as Traefik's, end at once. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await closed
  clearTimeout(timer)
}

function authority(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}
