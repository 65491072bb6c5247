import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ErrorBody } from './reply.ts'

/** Why the running route server didn't do what it was asked; the message is for people. */
export class ControlError extends Error {
  /** Its word for why it refuses, such as `STARTING`; none where it said nothing. */
  readonly code: string | undefined

  constructor(message: string, { code, ...options }: ErrorOptions & { readonly code?: string | undefined } = {}) {
    super(message, options)
    this.code = code
  }
}

/** In the state directory, opened by the server that holds it. */
const CONTROL_SOCKET = 'control.sock'

/** One that is stopped or swamped never answers. */
const ANSWER_MS = 10_000

const noServer = (stateDir: string): string =>
  `No route server runs on ${stateDir}: start it, or name the state directory of the one that runs with --state-dir.`

const UNREACHABLE: Readonly<Record<string, (stateDir: string) => string>> = {
  ENOENT: noServer,
  ENOTDIR: noServer,
  ECONNREFUSED: noServer,
  EACCES: (stateDir) =>
    `This user may not talk to the route server on ${stateDir}: run this as root, or as the user that the route server runs as.`,
  ETIMEDOUT: (stateDir) =>
    `The route server on ${stateDir} hasn't answered for ${ANSWER_MS / 1000} s, so whether it did it isn't known. Look at its log, and at: route-server claims list`,
}

/**
 * Asks the server that runs on the state directory, over its private socket.
 *
 * @returns the body of its answer, as JSON has it
 * @throws {ControlError} where there is none, or it refuses
 */
export async function askServer(
  stateDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const { status, answer } = await exchange(stateDir, method, path, body)
  if (status === 200) return answer
  const { error } = answer as Partial<ErrorBody>
  throw new ControlError(error?.message ?? `The route server on ${stateDir} answered with status ${status}.`, {
    code: error?.code,
  })
}

async function exchange(
  stateDir: string,
  method: string,
  path: string,
  body: object | undefined,
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  try {
    const sent = request({ socketPath: join(stateDir, CONTROL_SOCKET), method, path, agent: false, signal })
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, answer: JSON.parse(await text(response)) }
  } catch (cause) {
    const code = signal.aborted ? 'ETIMEDOUT' : (cause as NodeJS.ErrnoException).code
    const said = UNREACHABLE[code ?? '']?.(stateDir)
    throw new ControlError(said ?? `The route server on ${stateDir} can't be asked: ${(cause as Error).message}.`, {
      cause,
    })
  }
}
