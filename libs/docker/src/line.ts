import { Agent, get, type IncomingMessage } from 'node:http'
import { codeOf, Failure } from './failure.ts'

/** A longer answer is read as it comes: a parse of this takes about 2 ms, and can't be interrupted. */
const MOST_BYTES = 256 * 2 ** 10

/** All of an answer, or what comes of a long one. */
export type Body = Buffer | AsyncIterable<Buffer>

/**
 * The connection to a daemon that is kept, for what is asked all the time: over a new one, and through the library, a short
 * answer costs several times as much.
 */
export class Line {
  readonly #socket: string
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 1 })
  #closed = false

  constructor(socket: string) {
    this.#socket = socket
  }

  /** Gets a path, and settles as `read` does with the answer. Rejects with `late()` where that takes longer than `ms`. */
  ask<T>(path: string, ms: number, read: (answer: IncomingMessage) => Promise<T>, late: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw new Failure('other', 'The connection to it is closed.')
      let isOver = false
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        isOver = true
        settle()
      }
      const timer = setTimeout(() => {
        end(() => reject(late()))
        request.destroy()
      }, ms)
      const request = get({ socketPath: this.#socket, path, agent: this.#agent }, (answer) => {
        read(answer).then(
          (result) => end(() => resolve(result)),
          (error: unknown) => {
            end(() => reject(error instanceof Error ? error : new Error(String(error))))
            answer.destroy()
          },
        )
      })
      request.on('error', (error) => {
        // The daemon closed it just now, as it may after a while without a request.
        const isStale = request.reusedSocket && CLOSED.has(codeOf(error)) && !isOver && !this.#closed
        end(() => (isStale ? resolve(this.ask(path, ms, read, late)) : reject(error)))
      })
    })
  }

  /** Ends what is being asked, too. */
  close(): void {
    this.#closed = true
    this.#agent.destroy()
  }
}

const CLOSED = new Set(['ECONNRESET', 'EPIPE'])

/** Reads an answer. */
export function bodyOf(answer: IncomingMessage): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size <= MOST_BYTES) return
      answer.off('data', take).pause()
      resolve(chain(chunks, answer))
    }
    answer
      .on('data', take)
      .once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
      .on('error', reject)
  })
}

async function* chain(chunks: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield* chunks
  yield* rest
}
