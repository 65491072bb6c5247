import { socketsOf } from '@route-server/explain'
import type { Explanation } from '@route-server/explain'
import { ROUTER_STATE } from '@route-server/installation/paths'
import { askServer, ControlError } from '@route-server/server/control-client'
import { RenetError } from './renet-error.ts'
import { askRouteServer, routeServer } from './routes.ts'

interface About {
  readonly facts: Explanation['facts']
  /** Sockets of daemons that may be asked on the word of whoever answered. */
  readonly daemons: readonly string[]
}

/**
 * What the route server knows. Over its private socket where this user may open it, since nobody else answers there; else
 * over its port, where anybody on this machine may answer while it is down, and no daemon is believed. A port that was
 * named is asked alone.
 *
 * @param path `/explain?about=…`
 * @throws {RenetError} where there is none
 */
export async function askAbout(path: string, stateDir = ROUTER_STATE): Promise<About> {
  if (!process.env['REDIACC_ROUTER']) {
    try {
      const { facts } = (await askServer(stateDir, 'GET', path)) as Explanation
      return { facts, daemons: socketsOf(facts) }
    } catch (error) {
      // It was asked, and refuses.
      if (!(error instanceof ControlError && error.cause)) throw new RenetError((error as Error).message)
    }
  }
  const answer = await askRouteServer(path).catch((cause: unknown) => {
    throw new RenetError(
      `No route server explains anything at ${routeServer()}. Look at it with: systemctl status rediacc-router.service`,
      { cause },
    )
  })
  return { facts: (JSON.parse(answer) as Explanation).facts, daemons: [] }
}
