import { socketsOf } from '@route-server/explain/asking'
import type { Explanation, Facts } from '@route-server/explain/asking'
import { ROUTER_STATE, TOKEN_FILE } from '@route-server/installation/paths'
import { askServer, ControlError } from '@route-server/server/control-client'
import { RenetError } from './renet-error.ts'
import { askRouteServer, RefusedError, routeServer } from './routes.ts'

const UNAUTHORIZED = 401

interface About {
  readonly facts: Facts
  /** Where Traefik's own API answers, as the route server is set. */
  readonly traefikApi?: string | undefined
  /** Sockets of daemons that may be asked on the word of whoever answered. */
  readonly daemons: readonly string[]
}

/**
 * What the route server knows. Over its private socket where this user may open it, since nobody else answers there; else
 * over its port, where anybody on this machine may answer while it is down: that is read by a schema, and nobody is asked on
 * its word. A port that was named is asked alone.
 *
 * @param path `/explain?about=…`
 * @throws {RenetError} where there is none
 */
export async function askAbout(path: string, stateDir = ROUTER_STATE): Promise<About> {
  if (!process.env['REDIACC_ROUTER']) {
    try {
      const { facts } = (await askServer(stateDir, 'GET', path)) as Explanation
      return { facts, traefikApi: facts.traefikApi, daemons: socketsOf(facts) }
    } catch (error) {
      // It was asked, and refuses.
      if (!(error instanceof ControlError && error.cause)) throw new RenetError((error as Error).message)
    }
  }
  const { readFacts } = await import('@route-server/explain/read-facts')
  try {
    return { facts: readFacts(await askRouteServer(path)), daemons: [] }
  } catch (cause) {
    throw new RenetError(whyNot(cause, path, stateDir), { cause })
  }
}

function whyNot(cause: unknown, path: string, stateDir: string): string {
  const at = routeServer()
  if (cause instanceof RefusedError && cause.status === UNAUTHORIZED)
    return (
      `The route server at ${at} explains nothing without its token. As root, renet asks over the private socket in ${stateDir} and needs none: sudo renet explain …\n` +
      `The token is in the file that its configuration has as tokenFile (${TOKEN_FILE} where rdc set the machine up): curl -H "Authorization: Bearer $(cat FILE)" '${at}${path.replace('look=no', 'format=text')}'`
    )
  if (cause instanceof SyntaxError)
    return `Whoever answers at ${at} is no route server of this version (${cause.message}). Look at it with: systemctl status rediacc-router.service`
  return `No route server explains anything at ${at}. Look at it with: systemctl status rediacc-router.service`
}
