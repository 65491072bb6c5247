import { ROUTER_STATE, TOKEN_FILE } from '@route-server/installation/paths'
import { askServer, ControlError } from '@route-server/server/control-client'
import { get } from 'node:http'
import { json } from 'node:stream/consumers'
import { RenetError, StillStarting } from './renet-error.ts'

/** What the route server says. */
export interface Said {
  readonly answer: unknown
  /** Whether nobody else can have said it. */
  readonly isCertain: boolean
}

/** For one answer; milliseconds. */
const DEADLINE = 2000

/** Where the route server answers who may not open its socket. */
const routeServer = (): string => process.env['REDIACC_ROUTER'] || 'http://127.0.0.1:7111'

/**
 * One answer of the route server. Over its private socket where this user may open it, since nobody else answers there, and it wants no
 * token; else over its port, where anybody on this machine may answer while it is down. A port that was named is asked alone.
 *
 * @throws {RenetError} where there is none; {@link StillStarting} where it may answer in a moment
 */
export async function askRouteServer(path: string, stateDir = ROUTER_STATE): Promise<Said> {
  if (!process.env['REDIACC_ROUTER']) {
    try {
      return { answer: await askServer(stateDir, 'GET', path), isCertain: true }
    } catch (error) {
      const { message } = error as Error
      if (error instanceof ControlError && error.code === 'STARTING') throw new StillStarting(message)
      // It was asked, and refuses.
      if (!(error instanceof ControlError && error.cause)) throw new RenetError(message)
    }
  }
  return { answer: await askPort(path), isCertain: false }
}

const wantsToken = (): string =>
  `The route server at ${routeServer()} answers who shows its token, and this user may not open its private socket. Run this as root; or read the token in the file that its configuration has as tokenFile (${TOKEN_FILE} where rdc set the machine up), and ask with curl.`

function askPort(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const silent = (cause: unknown): void =>
      reject(
        new RenetError(
          `No route server answers at ${routeServer()}. Look at it with: systemctl status rediacc-router.service`,
          { cause },
        ),
      )
    const question = get(routeServer() + path, { agent: false, signal: AbortSignal.timeout(DEADLINE) }, (response) => {
      const { statusCode: status = 0 } = response
      // `/health` says with 503 that it starts.
      if (status === 200 || status === 503) return void json(response).then(resolve, silent)
      response.resume()
      if (status === 401) reject(new RenetError(wantsToken()))
      else silent(new Error(`status ${status}`))
    })
    question.once('error', silent)
  })
}
