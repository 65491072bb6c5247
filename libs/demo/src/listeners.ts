import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Server } from 'node:net'
import type { DemoService } from './repositories.ts'

/** Something that listens, and can be told to stop. */
export type Listener = () => Promise<void>

async function listening(server: Server, port: number, address: string): Promise<Listener> {
  server.listen(port, address)
  await once(server, 'listening')
  return async () => {
    server.close()
    await once(server, 'close')
  }
}

const http = (who: string, port: number, address: string): Promise<Listener> => {
  const server = createHttpServer((request, response) => {
    response.end(`Hello from ${who}, which listens on ${address}:${port}. You asked for ${request.url ?? '/'}.\n`)
  })
  return listening(server, port, address)
}

const tcp = (who: string, port: number, address: string): Promise<Listener> =>
  listening(
    createTcpServer((socket) => socket.on('error', () => socket.destroy()).end(`Hello from ${who}\n`)),
    port,
    address,
  )

async function udp(who: string, port: number, address: string): Promise<Listener> {
  const socket = createSocket('udp4')
  socket.on('message', (_, { port, address }) => {
    socket.send(`Hello from ${who}\n`, port, address)
  })
  socket.bind(port, address)
  await once(socket, 'listening')
  return async () => {
    socket.close()
    await once(socket, 'close')
  }
}

/** Makes a service's ports answer; rejects where an address or port can't be had. */
export function listen(service: DemoService, address: string): Promise<readonly Listener[]> {
  const protocols = { http, tcp, udp }
  const names = ['http', 'tcp', 'udp'] as const
  return Promise.all(
    names.flatMap((name) => {
      const port = service[name]
      return port === undefined ? [] : [protocols[name](service.name, port, address)]
    }),
  )
}
