import { request } from 'node:http'
import { RenetError } from './renet-error.ts'

/** How long a daemon may take to say that it is there; milliseconds. */
const PATIENCE = 10_000

/** @throws {RenetError} where the network's daemon doesn't answer, with what to do */
export async function expectDaemon(socket: string, network: number): Promise<void> {
  try {
    await ping(socket)
  } catch (error) {
    const unit = `rediacc-docker@${network}.service`
    const reason =
      REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? `doesn't answer (${(error as Error).message})`
    throw new RenetError(
      `The Docker daemon of network ${network} ${reason}: ${socket}. Look at it with: systemctl status ${unit}`,
      { cause: error },
    )
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "isn't running, its socket isn't there",
  ECONNREFUSED: "isn't running, nobody listens on its socket",
  EACCES: "can't be reached, this user may not open its socket",
  ETIMEDOUT: `hangs, it has said nothing for ${PATIENCE / 1000} s`,
}

function ping(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath: socket, path: '/_ping', agent: false, timeout: PATIENCE }, (response) => {
      response.resume()
      response.once('end', resolve)
      response.once('error', reject)
    })
    question.once('timeout', () => question.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
    question.once('error', reject)
    question.end()
  })
}
