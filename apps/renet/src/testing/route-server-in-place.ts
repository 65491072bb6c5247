import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is answered, or what makes it each time. */
type Answer = object | (() => object)

/** Answers as a route server would, over its private socket and at its port, the same way to every question. */
export function routeServerInPlace() {
  const stateDir = mkdtempSync(join(tmpdir(), 'route-server-in-place-'))
  const servers: Server[] = []

  async function answering(at: string | number, status: number, answer: Answer): Promise<Server> {
    const body = (): object => (typeof answer === 'function' ? (answer as () => object)() : answer)
    const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body())))
    servers.push(server)
    await once(typeof at === 'string' ? server.listen(at) : server.listen(at, '127.0.0.1'), 'listening')
    return server
  }

  return {
    stateDir,
    answerOnSocket: (status: number, answer: Answer) => answering(join(stateDir, 'control.sock'), status, answer),
    /** The port is named in the environment. */
    async answerOnPort(status: number, answer: Answer): Promise<void> {
      const server = await answering(0, status, answer)
      process.env['REDIACC_ROUTER'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async close(): Promise<void> {
      delete process.env['REDIACC_ROUTER']
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
