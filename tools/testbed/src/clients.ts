import { createSocket } from 'node:dgram'
import { request as requestHttp, type Agent, type IncomingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect as connectTcp, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls, TLSSocket } from 'node:tls'

/** Where an entry point listens. */
export interface Endpoint {
  host: string
  port: number
}

/** What the echo program says of a request that it got. */
export interface EchoAnswer {
  name: string
  method: string
  url: string
  host: string
  headers: Record<string, string>
  /** Of the body, in bytes. */
  length: number
}

/** A request to `https://{host}{path}`, sent to an entry point whatever the host. */
export interface HttpQuestion {
  entryPoint: Endpoint
  host: string
  path?: string
  /** Over TLS, with `host` as server name, unless false. Any certificate is accepted. */
  tls?: boolean
  method?: string
  body?: string | Buffer
  headers?: Readonly<Record<string, string>>
  /** Whose connections it may use; one of its own unless told. */
  agent?: Agent
}

/** The answer to it, whole. */
export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  /** The body, where an echo container answered. */
  json?: EchoAnswer
}

const DEADLINE = 10_000

/** Sends one HTTP request. @throws when it can't connect, or isn't answered within 10 s. */
export function httpGet(question: HttpQuestion): Promise<HttpAnswer> {
  const { entryPoint, host, path = '/', tls = true, method = 'GET', body, headers, agent = false } = question
  const send = tls ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const options = { ...entryPoint, path, method, headers: { ...headers, host }, agent }
    const security = { servername: host, rejectUnauthorized: false }
    const signal = AbortSignal.timeout(DEADLINE)
    send({ ...options, ...security, signal }, (response) => {
      text(response).then((answer) => {
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, body: answer, ...echoed(answer) })
      }, reject)
    })
      .once('error', reject)
      .end(body)
  })
}

function echoed(body: string): { json?: EchoAnswer } {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null && 'name' in json ? { json: json as EchoAnswer } : {}
  } catch {
    return {}
  }
}

/** A short conversation over TCP. */
export interface TcpQuestion {
  entryPoint: Endpoint
  /** A line to send at once. */
  send?: string
  /** Speak TLS; `servername` is its SNI. Any certificate is accepted. */
  tls?: { servername: string }
  /** How many lines to wait for; unless told: the greeting, and the answer when something is sent. */
  lines?: number
  /** Opens the connection, from somewhere else such as a client in a network namespace; from here unless told. */
  through?: (entryPoint: Endpoint) => Promise<Socket>
}

/** What came back. */
export interface TcpAnswer {
  /** Until the wanted lines were there or the other side closed. */
  text: string
  /** The common name of its certificate, over TLS. */
  certificate?: string
}

/** Connects, sends, and reads until there is enough or the other side closes. @throws on a refused connection, or after 10 s. */
export async function tcpExchange({
  entryPoint,
  send,
  tls,
  lines = send === undefined ? 1 : 2,
  through,
}: TcpQuestion): Promise<TcpAnswer> {
  const carrier = await through?.(entryPoint)
  return new Promise((resolve, reject) => {
    const there = carrier ? { socket: carrier } : entryPoint
    const socket = tls
      ? connectTls({ ...there, ...tls, rejectUnauthorized: false })
      : (carrier ?? connectTcp(entryPoint))
    let received = ''
    const finish = (): void => {
      const name = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : undefined
      resolve({ text: received, ...(name === undefined ? {} : { certificate: [name].flat().join() }) })
      socket.destroy()
    }
    socket.setTimeout(DEADLINE, () =>
      socket.destroy(new Error(`No answer within ${DEADLINE} ms; so far: '${received}'`)),
    )
    const speak = (): unknown => send !== undefined && socket.write(`${send}\n`)
    if (carrier && !tls) speak()
    else socket.once(tls ? 'secureConnect' : 'connect', speak)
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString()
      if (received.split('\n').length > lines) finish()
    })
    socket.once('end', finish)
    socket.once('error', reject)
  })
}

/** One datagram. */
export interface UdpQuestion {
  entryPoint: Endpoint
  payload: string
  /** How long to wait, in milliseconds; 1000 unless told. */
  timeout?: number
}

/** Sends one datagram, and resolves to the answer's text; undefined when none comes in time. */
export function udpExchange({ entryPoint, payload, timeout = 1_000 }: UdpQuestion): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(entryPoint.host.includes(':') ? 'udp6' : 'udp4')
    const finish = (answer?: string): void => {
      clearTimeout(timer)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(finish, timeout)
    socket.once('message', (answer) => finish(answer.toString()))
    socket.once('error', (error) => {
      clearTimeout(timer)
      socket.close()
      reject(error)
    })
    socket.send(payload, entryPoint.port, entryPoint.host)
  })
}
