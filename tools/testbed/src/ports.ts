import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** As many ports as asked for that nobody listens on, all different; they may be taken until they are used. */
export async function freePorts(protocol: 'tcp' | 'udp', host: string, count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, () => HOLD[protocol](host)))
  for (const port of held) port.release()
  return held.map(({ port }) => port)
}

interface HeldPort {
  port: number
  release(): void
}

const HOLD = {
  async tcp(host: string): Promise<HeldPort> {
    const server = createServer().listen(0, host)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('A TCP listener without a port.')
    return { port: address.port, release: () => server.close() }
  },
  async udp(host: string): Promise<HeldPort> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4').bind(0, host)
    await once(socket, 'listening')
    return { port: socket.address().port, release: () => socket.close() }
  },
}
