import { createServer } from 'node:http'
import { Duplex } from 'node:stream'

/**
 * Reads the client's half of one HTTP connection: give it the chunks, and it reports each request as `GET /path?query`
 * when its head is there, whatever bodies and requests go before it on the connection.
 */
export function observeRequests(report: (request: string) => void): (chunk: Buffer) => void {
  // Node's own server, fed by hand and answering nobody: its parser knows every kind of body.
  const server = createServer((request, response) => {
    report(`${request.method ?? ''} ${request.url ?? ''}`)
    request.resume().once('end', () => response.end())
  })
  const connection = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(),
  })
  connection.on('error', () => connection.destroy())
  server.on('clientError', () => connection.destroy())
  server.emit('connection', connection)
  return (chunk) => {
    if (!connection.destroyed && !connection.readableEnded) connection.push(chunk)
  }
}
