import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TraefikProcess } from '@route-server/testbed/parts'
import { NOT_FETCHED, refusalIn, startTraefik } from './traefik.ts'

/** What a real Traefik said to a document: nothing, or why it refused it. */
export type Judgement = { readonly accepted: true } | { readonly accepted: false; readonly reason: string }

/** Several real Traefiks that share the work of judging documents. */
export interface Judges {
  /** Judges all of them; the answers are in the order of the documents. */
  judge(documents: readonly Uint8Array[]): Promise<readonly Judgement[]>
  close(): Promise<void>
}

const judgementOf = (log: string): Judgement => {
  const reason = refusalIn(log)
  return reason === undefined ? { accepted: true } : { accepted: false, reason }
}

interface Seat {
  traefik?: TraefikProcess
  /** The document that it was given last and hasn't been heard about. */
  pending?: number
  served: Uint8Array
}

const EMPTY = new TextEncoder().encode('{}\n')

/**
 * A Traefik polls one document after another: when it asks for the next, it has decoded the last, and what it had to say
 * about it is in its log. After a refusal it waits (half a second and more each time, for half a minute), so there are
 * several, and whichever asks gets the next document.
 */
export async function startJudges(count: number, folder: string): Promise<Judges> {
  const seats: Seat[] = Array.from({ length: count }, () => ({ served: EMPTY }))
  let documents: readonly Uint8Array[] = []
  let next = 0
  let judged: Judgement[] = []
  let left = 0
  let done: () => void = () => undefined

  function settle(seat: Seat): void {
    if (seat.pending === undefined || !seat.traefik) return
    const news = seat.traefik.news()
    // Our answer came too late, so the document is still to be judged.
    if (news.includes(NOT_FETCHED)) return
    judged[seat.pending] = judgementOf(news)
    delete seat.pending
    if (--left === 0) done()
  }

  function serve(seat: Seat): Uint8Array {
    settle(seat)
    const document = seat.traefik && seat.pending === undefined ? documents[next] : undefined
    if (document) {
      seat.pending = next++
      seat.served = document
    }
    return seat.served
  }

  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    const seat = seats[Number(request.url?.slice(1))]
    const bytes = seat ? serve(seat) : EMPTY
    response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const [i, seat] of seats.entries())
    seat.traefik = await startTraefik(join(folder, `traefik-${i}`), `http://127.0.0.1:${port}/${i}`)

  return {
    judge(wanted) {
      for (const seat of seats) seat.traefik?.news()
      judged = []
      next = 0
      left = wanted.length
      return new Promise((resolve) => {
        done = () => {
          resolve(judged)
        }
        documents = wanted
        if (left === 0) done()
      })
    },
    async close() {
      await Promise.all(seats.map(async ({ traefik }) => traefik?.stop('SIGKILL')))
      server.closeAllConnections()
      server.close()
    },
  }
}
