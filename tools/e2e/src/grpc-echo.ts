import type { Endpoint } from '@route-server/testbed'
import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import { buffer } from 'node:stream/consumers'

/** A message as gRPC frames it: not compressed, four bytes of length. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

const HEALTH = '/grpc.health.v1.Health/Check'
/** `HealthCheckResponse { status: SERVING }`. */
const SERVING = Buffer.from([8, 1])

/** A gRPC server without TLS: it is healthy, and gives back what any other method is sent. */
export interface GrpcEcho {
  /** How often its health was asked for. */
  readonly checks: () => number
  close(): Promise<void>
}

export async function startGrpcEcho({ host, port }: Endpoint): Promise<GrpcEcho> {
  let checks = 0
  const sessions = new Set<{ destroy(): void }>()
  const server = createServer()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream, { ':path': path }) => {
    void buffer(stream).then((request) => {
      if (path === HEALTH) checks += 1
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(path === HEALTH ? framed(SERVING) : request)
    })
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    checks: () => checks,
    async close() {
      for (const session of sessions) session.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What a gRPC call comes to. */
export interface GrpcAnswer {
  readonly httpStatus: number
  /** 0 is success. */
  readonly status: string
  readonly message: string
}

/** Calls a method of `https://{host}` at an entry point, whatever its certificate. */
export async function callGrpc({ host: address, port }: Endpoint, host: string, message: string): Promise<GrpcAnswer> {
  const session = connect(`https://${address}:${port}`, { servername: host, rejectUnauthorized: false })
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/echo.Echo/Say',
      ':authority': host,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    let trailers: Readonly<Record<string, unknown>> = {}
    stream.once('trailers', (given: typeof trailers) => {
      trailers = given
    })
    stream.end(framed(Buffer.from(message)))
    const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>]
    const body = await buffer(stream)
    return {
      httpStatus: Number(headers[':status']),
      status: String(trailers['grpc-status'] ?? headers['grpc-status']),
      message: body.subarray(5).toString(),
    }
  } finally {
    session.destroy()
  }
}
