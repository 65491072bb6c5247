import { once } from 'node:events'
import { createConnection } from 'node:net'

/** A kept connection that asks for one path again and again, with as little work as can be on its side. */
export interface Connection {
  /** Resolves when an answer is complete. */
  poll(): Promise<void>
  close(): void
}

export async function connect(address: string, path: string): Promise<Connection> {
  const { hostname, port, host } = new URL(address)
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true })
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: identity\r\n\r\n`
  let missing = 0
  let done: () => void = () => undefined
  socket.on('data', (chunk: Buffer) => {
    if (missing === 0) missing = lengthOf(chunk)
    missing -= chunk.length
    if (missing === 0) done()
  })
  await once(socket, 'connect')
  return {
    poll: () =>
      new Promise((resolve) => {
        done = resolve
        socket.write(request)
      }),
    close: () => void socket.destroy(),
  }
}

/** Head and body together; the head comes in one piece. */
function lengthOf(chunk: Buffer): number {
  const end = chunk.indexOf('\r\n\r\n') + 4
  const head = chunk.toString('latin1', 0, end)
  const body = /^HTTP\/1\.1 200 [^]*\r\nContent-Length: (\d+)\r\n/i.exec(head)?.[1]
  if (body === undefined) throw new Error(`The poll was answered with ${head.split('\r\n')[0] ?? 'nothing'}.`)
  return end + Number(body)
}
