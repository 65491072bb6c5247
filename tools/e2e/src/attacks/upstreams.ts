import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import {
  ATTACKER_IP,
  HTTP_PORT,
  INNOCENT_IP,
  INTERNAL_IP,
  INTERNAL_PORT,
  SECRET_PORT,
  TCP_PORT,
  UDP_PORT,
  VICTIM_IP,
} from './places.ts'

/** Who answers. `internal`: of the victim's network, for nobody else. `secret`: of the host, for nobody at all. */
export type Who = 'victim' | 'attacker' | 'innocent' | 'internal' | 'secret'

/** Everything that Traefik could connect to; each says who it is. */
export interface Upstreams {
  /** How many connections have come to it; every request has one of its own. */
  connections(who: Who): number
  close(): Promise<void>
}

interface Listener {
  close(): Promise<void>
}

const SECRET_URL = `http://127.0.0.1:${SECRET_PORT}/`

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  await closed
}

/** Answers every request with its name, but for `/redirect`, which leads to the secret. */
async function http(who: Who, host: string, port: number, connected: (who: Who) => void): Promise<Listener> {
  const server = createHttpServer(({ url }, response) => {
    if (url === '/redirect') response.writeHead(302, { Location: SECRET_URL })
    response.end(who)
  })
  // Traefik must not be able to use a connection again that it has from before.
  server.maxRequestsPerSocket = 1
  server.on('connection', () => connected(who))
  await once(server.listen(port, host), 'listening')
  return {
    close() {
      server.closeAllConnections()
      return closeServer(server)
    },
  }
}

/** Speaks first, like a mail server. */
async function tcp(who: Who, host: string, connected: (who: Who) => void): Promise<Listener> {
  const server = createTcpServer((socket) => {
    connected(who)
    // What nobody reads keeps a connection open.
    socket.on('error', () => socket.destroy()).resume()
    socket.end(`${who}\n`)
  })
  await once(server.listen(TCP_PORT, host), 'listening')
  return { close: () => closeServer(server) }
}

async function udp(who: Who, host: string): Promise<Listener> {
  const socket = createSocket('udp4')
  socket.on('message', (_, { port, address }) => socket.send(who, port, address))
  await once(socket.bind(UDP_PORT, host), 'listening')
  return {
    async close() {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

export async function startUpstreams(): Promise<Upstreams> {
  const counts = new Map<Who, number>()
  const connected = (who: Who): void => void counts.set(who, (counts.get(who) ?? 0) + 1)
  const listeners = await Promise.all([
    http('victim', VICTIM_IP, HTTP_PORT, connected),
    tcp('victim', VICTIM_IP, connected),
    udp('victim', VICTIM_IP),
    http('attacker', ATTACKER_IP, HTTP_PORT, connected),
    tcp('attacker', ATTACKER_IP, connected),
    udp('attacker', ATTACKER_IP),
    http('innocent', INNOCENT_IP, HTTP_PORT, connected),
    http('internal', INTERNAL_IP, INTERNAL_PORT, connected),
    http('secret', '127.0.0.1', SECRET_PORT, connected),
  ])
  return {
    connections: (who) => counts.get(who) ?? 0,
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()))
    },
  }
}
