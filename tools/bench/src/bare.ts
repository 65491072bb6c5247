import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The least that an HTTP server in Node can do: the same bytes for everybody. */
export function beBare(file: string): void {
  const bytes = readFileSync(file)
  const server = createServer({ keepAliveTimeout: 65_000 }, (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/yaml', 'Content-Length': bytes.length }).end(bytes)
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`)
  })
}
