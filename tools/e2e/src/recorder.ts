import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Stands between Traefik and a route server, and keeps every document that Traefik gets. */
export interface Recorder {
  /** Where Traefik polls. */
  readonly url: string
  /** From now on, whose answers it hands on: the address of a route server. Until it is told, Traefik has to wait. */
  from(address: string): void
  /** Resolves when Traefik has got a document with this text in it. @throws after 10 s. */
  handed(text: string): Promise<void>
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

interface Answer {
  readonly status: number
  readonly body: string
}

const DEADLINE = 10_000

export async function startRecorder(): Promise<Recorder> {
  const agent = new Agent({ keepAlive: true })
  const bodies: string[] = []
  const awaited = new Map<string, () => void>()
  let aim: ((address: string) => void) | undefined
  let target = new Promise<string>((resolve) => (aim = resolve))
  let asked = 0
  let answered = 0

  const ask = (url: string, authorization = ''): Promise<Answer> =>
    new Promise((resolve, reject) => {
      get(url, { agent, headers: { authorization } }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
      }).once('error', reject)
    })

  function record(body: string): void {
    answered += 1
    if (bodies.at(-1) !== body) bodies.push(body)
    for (const [wanted, resolve] of awaited) if (body.includes(wanted) && awaited.delete(wanted)) resolve()
  }

  /** Of whoever is the target when he answers: one that is replaced may end while he is asked. */
  async function answerOf(path: string, authorization?: string): Promise<Answer> {
    const address = await target
    try {
      return await ask(`${address}${path}`, authorization)
    } catch (error) {
      return address === (await target) ? { status: 502, body: String(error) } : answerOf(path, authorization)
    }
  }

  const server = createServer(({ url = '/', headers }, response) => {
    asked += 1
    void answerOf(url, headers.authorization).then(({ status, body }) => {
      response.writeHead(status).end(body)
      if (status === 200) record(body)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    from(address) {
      aim?.(address)
      target = Promise.resolve(address)
    },
    handed: (wanted) =>
      new Promise((resolve, reject) => {
        const late = (): void => reject(new Error(`Traefik hasn't got a document with ${wanted} in ${DEADLINE} ms.`))
        const timer = setTimeout(late, DEADLINE)
        awaited.set(wanted, () => {
          clearTimeout(timer)
          resolve()
        })
      }),
    bodies: (mark = 0) => bodies.slice(Math.max(0, mark - 1)),
    mark: () => bodies.length,
    polls: () => ({ asked, answered }),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}
