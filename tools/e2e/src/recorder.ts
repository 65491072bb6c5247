import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands between Traefik and a route server, and keeps every document that Traefik gets. */
export interface Recorder {
  /** Where Traefik polls. */
  readonly url: string
  /** From now on, whose answers it hands on: the address of a route server. */
  from(address: string): void
  /**
   * Every body of a 200 in the order in which they came, without those that repeat the one before; since a `mark`, beginning with
   * the one that was in force then.
   */
  bodies(mark?: number): readonly string[]
  /** This moment, for `bodies`. */
  mark(): number
  /** How often Traefik asked, and how often it got a 200. */
  polls(): { readonly asked: number; readonly answered: number }
  close(): Promise<void>
}

export async function startRecorder(): Promise<Recorder> {
  const bodies: string[] = []
  let target: string | undefined
  let asked = 0
  let answered = 0

  async function answerOf(path: string, authorization: string | undefined): Promise<{ status: number; body: string }> {
    if (target === undefined) return { status: 503, body: '' }
    const headers = authorization === undefined ? {} : { authorization }
    const response = await fetch(`${target}${path}`, { headers })
    return { status: response.status, body: await response.text() }
  }

  const server = createServer((request, response) => {
    asked += 1
    answerOf(request.url ?? '/', request.headers.authorization)
      .catch((error: unknown) => ({ status: 502, body: String(error) }))
      .then(({ status, body }) => {
        if (status === 200) {
          answered += 1
          if (bodies.at(-1) !== body) bodies.push(body)
        }
        response.writeHead(status).end(body)
      }, response.destroy.bind(response))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    from(address) {
      target = address
    },
    bodies: (mark = 0) => bodies.slice(Math.max(0, mark - 1)),
    mark: () => bodies.length,
    polls: () => ({ asked, answered }),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
